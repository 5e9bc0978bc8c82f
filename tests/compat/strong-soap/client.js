// A client of strong-soap. Arguments: edge, user name, password, message.
const { promisify } = require('node:util');
const { soap } = require('strong-soap');

const [edge, username, password, message] = process.argv.slice(2);

async function service(name) {
  const client = await promisify(soap.createClient)(`${edge}/${name}.svc?wsdl`, {});
  client.setSecurity(new soap.WSSecurity(username, password, { passwordType: 'PasswordText', hasTimeStamp: true }));
  return client;
}

function call(client, operation, request) {
  return new Promise((resolve, reject) => {
    client[operation](request, (error, answer) => (error ? reject(error) : resolve(answer)));
  });
}

async function outcome(step) {
  try {
    return (await step()) ? 'pass' : 'fail: not what was expected';
  } catch (error) {
    return `fail: ${error.message}`;
  }
}

async function main() {
  const [data, reads, files] = await Promise.all(['DataService', 'ReadDataService', 'FileService'].map(service));
  const cells = {};
  let type;
  let id;
  cells.GetMessageTypes = await outcome(async () => {
    const answer = await call(data, 'GetMessageTypes', {});
    const types = answer.GetMessageTypesResult.DataMessageType;
    type = types.find((kind) => kind.Name === 'Create.Course.Element.Folder').Identifier;
    return Number.isInteger(type);
  });
  cells.AddMessage = await outcome(async () => {
    const answer = await call(data, 'AddMessage', { dataMessage: { Data: message, Type: type } });
    id = answer.AddMessageResult.MessageId;
    return answer.AddMessageResult.Status === 'InQueue';
  });
  cells.GetMessageResult = await outcome(async () => {
    let result;
    do {
      await new Promise((wake) => setTimeout(wake, 50));
      result = (await call(data, 'GetMessageResult', { messageId: id })).GetMessageResultResult;
    } while (result.Status === 'InQueue');
    const details = result.StatusDetails.DataMessageStatusDetail;
    return result.Status === 'Finished' && details.length === 1 && Boolean(details[0].SyncKey);
  });
  cells.ReadCourses = await outcome(async () => {
    const answer = await call(reads, 'ReadCourses', { request: { PageIndex: 0, PageSize: 2 } });
    const page = answer.ReadCoursesResult;
    return page.Total > 2 && page.Courses.Course.length === 2 && Boolean(page.Courses.Course[0].CourseSyncKey);
  });
  cells.UploadFile = await outcome(async () => {
    const content = Buffer.from(message).toString('base64');
    const answer = await call(files, 'UploadFile', { fileMessage: { Content: content, Name: 'message.xml' } });
    return answer.UploadFileResult.length === 36;
  });
  cells.Fault = await outcome(async () => {
    try {
      await call(data, 'GetMessageResult', { messageId: 2147483647 });
      return false;
    } catch (error) {
      const text = error.root.Envelope.Body.Fault.faultstring;
      return (text.$value ?? text) === 'Message with specified MessageId does not exist.';
    }
  });
  console.log(JSON.stringify(cells));
}

main();
