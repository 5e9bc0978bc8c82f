/* A client of gSOAP. Arguments: edge, user name, password, message. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "soapH.h"
#include "BasicHttpBinding_USCOREIDataService.nsmap"
#include "wsseapi.h"

static const char *edge, *username, *password;
static char *message;
static char address[512];
static int first = 1;

/* A new message needs a new timestamp and token; returns the address of a service. */
static const char *prepare(struct soap *soap, const char *service) {
  soap_wsse_delete_Security(soap);
  soap_wsse_add_Timestamp(soap, NULL, 60);
  soap_wsse_add_UsernameTokenText(soap, NULL, username, password);
  snprintf(address, sizeof address, "%s/%s.svc", edge, service);
  return address;
}

static void cell(struct soap *soap, const char *name, int status, int good) {
  printf("%s\"%s\": \"", first ? "{" : ", ", name);
  first = 0;
  if (status == SOAP_OK)
    printf("%s\"", good ? "pass" : "fail: not what was expected");
  else
    printf("fail: %d %s\"", status, soap_fault_string(soap) ? soap_fault_string(soap) : "");
}

static int types(struct soap *soap, int *type) {
  struct _api__GetMessageTypes request = {0};
  struct _api__GetMessageTypesResponse answer = {0};
  int i, good = 0, status = soap_call___api__GetMessageTypes(soap, prepare(soap, "DataService"), NULL, &request, &answer);
  struct entities__ArrayOfDataMessageType *list = status == SOAP_OK ? answer.GetMessageTypesResult : NULL;
  for (i = 0; list && i < list->__sizeDataMessageType; i++)
    if (strcmp(list->DataMessageType[i].Name, "Create.Course.Element.Folder") == 0) {
      *type = *list->DataMessageType[i].Identifier;
      good = 1;
    }
  cell(soap, "GetMessageTypes", status, good);
  return good;
}

static void add(struct soap *soap, int type, int *id) {
  struct entities__DataMessage content = {0};
  struct _api__AddMessage request = {&content};
  struct _api__AddMessageResponse answer = {0};
  int status;
  content.Data = message;
  content.Type = &type;
  status = soap_call___api__AddMessage(soap, prepare(soap, "DataService"), NULL, &request, &answer);
  if (status == SOAP_OK)
    *id = *answer.AddMessageResult->MessageId;
  cell(soap, "AddMessage", status, status == SOAP_OK && *answer.AddMessageResult->Status == entities__DataMessageStatus__InQueue);
}

static void result(struct soap *soap, int id) {
  struct _api__GetMessageResult request = {&id};
  struct _api__GetMessageResultResponse answer = {0};
  int status, good = 0;
  do {
    usleep(50000);
    status = soap_call___api__GetMessageResult(soap, prepare(soap, "DataService"), NULL, &request, &answer);
  } while (status == SOAP_OK && *answer.GetMessageResultResult->Status == entities__DataMessageStatus__InQueue);
  if (status == SOAP_OK) {
    struct entities__ArrayOfDataMessageStatusDetail *details = answer.GetMessageResultResult->StatusDetails;
    good = *answer.GetMessageResultResult->Status == entities__DataMessageStatus__Finished
      && details && details->__sizeDataMessageStatusDetail == 1 && details->DataMessageStatusDetail[0].SyncKey;
  }
  cell(soap, "GetMessageResult", status, good);
}

static void read_courses(struct soap *soap) {
  int index = 0, size = 2, status;
  struct courses__ReadCoursesRequest page = {0};
  struct _api__ReadCourses request = {&page};
  struct _api__ReadCoursesResponse answer = {0};
  page.reads__PageIndex = &index;
  page.reads__PageSize = &size;
  status = soap_call___api__ReadCourses(soap, prepare(soap, "ReadDataService"), NULL, &request, &answer);
  cell(soap, "ReadCourses", status, status == SOAP_OK && *answer.ReadCoursesResult->reads__Total > 2
    && answer.ReadCoursesResult->Courses->__sizeCourse == 2 && answer.ReadCoursesResult->Courses->Course[0].CourseSyncKey);
}

static void upload(struct soap *soap) {
  struct entities__FileMessage file = {0};
  struct _api__UploadFile request = {&file};
  struct _api__UploadFileResponse answer = {0};
  int status;
  file.Content.__ptr = (unsigned char *)message;
  file.Content.__size = (int)strlen(message);
  file.Content.type = "application/octet-stream"; /* with a type it goes into a part of its own */
  file.Name = "message.xml";
  soap_set_omode(soap, SOAP_ENC_MTOM);
  status = soap_call___api__UploadFile(soap, prepare(soap, "FileService"), NULL, &request, &answer);
  soap_clr_omode(soap, SOAP_ENC_MTOM);
  cell(soap, "UploadFile", status, status == SOAP_OK && strlen(answer.UploadFileResult) == 36);
}

static void fault(struct soap *soap) {
  int id = 2147483647;
  struct _api__GetMessageResult request = {&id};
  struct _api__GetMessageResultResponse answer = {0};
  int status = soap_call___api__GetMessageResult(soap, prepare(soap, "DataService"), NULL, &request, &answer);
  const char *text = status == SOAP_OK ? "" : soap_fault_string(soap);
  cell(soap, "Fault", SOAP_OK, strcmp(text, "Message with specified MessageId does not exist.") == 0);
}

int main(int count, char **arguments) {
  struct soap *soap = soap_new1(SOAP_XML_STRICT | SOAP_C_UTFSTRING);
  int type = 0, id = 0;
  if (count != 5)
    return 2;
  edge = arguments[1];
  username = arguments[2];
  password = arguments[3];
  message = arguments[4];
  soap_register_plugin(soap, soap_wsse);
  types(soap, &type);
  add(soap, type, &id);
  result(soap, id);
  read_courses(soap);
  upload(soap);
  fault(soap);
  puts("}");
  soap_destroy(soap);
  soap_end(soap);
  soap_free(soap);
  return 0;
}
