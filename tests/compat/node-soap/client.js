// A client of node's soap. Arguments: edge, user name, password, message.
const soap = require('soap');

const [edge, username, password, message] = process.argv.slice(2);
const security = { hasNonce: true, hasTimeStamp: true, mustUnderstand: true };

async function service(name) {
  const client = await soap.createClientAsync(`${edge}/${name}.svc?singleWsdl`);
  client.setSecurity(new soap.WSSecurity(username, password, security));
  return client;
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
    const [answer] = await data.GetMessageTypesAsync({});
    const types = answer.GetMessageTypesResult.DataMessageType;
    type = types.find((kind) => kind.Name === 'Create.Course.Element.Folder').Identifier;
    return Number.isInteger(type);
  });
  cells.AddMessage = await outcome(async () => {
    const [answer] = await data.AddMessageAsync({ dataMessage: { Data: message, Type: type } });
    id = answer.AddMessageResult.MessageId;
    return answer.AddMessageResult.Status === 'InQueue';
  });
  cells.GetMessageResult = await outcome(async () => {
    let result;
    do {
      await new Promise((wake) => setTimeout(wake, 50));
      const [answer] = await data.GetMessageResultAsync({ messageId: id });
      result = answer.GetMessageResultResult;
    } while (result.Status === 'InQueue');
    const details = result.StatusDetails.DataMessageStatusDetail;
    return result.Status === 'Finished' && details.length === 1 && Boolean(details[0].SyncKey);
  });
  cells.ReadCourses = await outcome(async () => {
    const [answer] = await reads.ReadCoursesAsync({ request: { PageIndex: 0, PageSize: 2 } });
    const page = answer.ReadCoursesResult;
    return page.Total > 2 && page.Courses.Course.length === 2 && Boolean(page.Courses.Course[0].CourseSyncKey);
  });
  cells.UploadFile = await outcome(async () => {
    const include = { attributes: { 'xmlns:xop': 'http://www.w3.org/2004/08/xop/include', href: 'cid:content' } };
    const attachment = { mimetype: 'application/octet-stream', contentId: 'content', name: 'content', body: Buffer.from(message) };
    const request = { fileMessage: { Content: { 'xop:Include': include }, Name: 'message.xml' } };
    const [answer] = await files.UploadFileAsync(request, { forceMTOM: true, attachments: [attachment] });
    return answer.UploadFileResult.length === 36;
  });
  cells.Fault = await outcome(async () => {
    try {
      await data.GetMessageResultAsync({ messageId: 2147483647 });
      return false;
    } catch (error) {
      const text = error.root.Envelope.Body.Fault.faultstring;
      return (text.$value ?? text) === 'Message with specified MessageId does not exist.';
    }
  });
  console.log(JSON.stringify(cells));
}

main();
