// A client of WCF. Arguments: "text" or "mtom" for the requests of uploads, edge, user name, password, message.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.Serialization;
using System.ServiceModel;
using System.ServiceModel.Channels;
using System.ServiceModel.Description;
using System.ServiceModel.Dispatcher;
using System.Text;
using System.Threading;
using System.Xml;

static class Namespaces
{
    const string Models = "http://schemas.datacontract.org/2004/07/Itslearning.Integration.ContentImport";
    public const string Entities = Models + ".Services.Entities";
    public const string Reads = Models + ".Model.ServiceEntities";
    public const string Courses = Reads + ".Courses";
    public const string Wsse = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
}

[DataContract(Namespace = Namespaces.Entities)]
public class DataMessage
{
    [DataMember] public string Data;
    [DataMember] public int Type;
}

[DataContract(Namespace = Namespaces.Entities)]
public enum DataMessageStatus { [EnumMember] InQueue, [EnumMember] Finished, [EnumMember] Errors, [EnumMember] Warnings }

[DataContract(Namespace = Namespaces.Entities)]
public class DataMessageStatusDetail
{
    [DataMember] public string Entity;
    [DataMember] public string Message;
    [DataMember] public string SyncKey;
}

[DataContract(Namespace = Namespaces.Entities)]
public class DataMessageResult
{
    [DataMember] public int MessageId;
    [DataMember] public DataMessageStatus Status;
    [DataMember] public DataMessageStatusDetail[] StatusDetails;
}

[DataContract(Namespace = Namespaces.Entities)]
public class DataMessageType
{
    [DataMember] public int Identifier;
    [DataMember] public string Name;
}

[DataContract(Namespace = Namespaces.Entities)]
public class FileMessage
{
    [DataMember] public byte[] Content;
    [DataMember] public string Name;
}

[DataContract(Namespace = Namespaces.Reads)]
public class PagedRequestBase
{
    [DataMember] public int PageIndex;
    [DataMember] public int PageSize;
}

[DataContract(Namespace = Namespaces.Courses)]
public class ReadCoursesRequest : PagedRequestBase { }

[DataContract(Namespace = Namespaces.Reads)]
public class PagedResultBase
{
    [DataMember] public int Total;
}

[DataContract(Namespace = Namespaces.Courses)]
public class Course
{
    [DataMember] public string CourseSyncKey;
}

[DataContract(Namespace = Namespaces.Courses)]
public class ReadCoursesResult : PagedResultBase
{
    [DataMember] public Course[] Courses;
}

[ServiceContract]
public interface IDataService
{
    [OperationContract] DataMessageType[] GetMessageTypes();
    [OperationContract] DataMessageResult AddMessage(DataMessage dataMessage);
    [OperationContract] DataMessageResult GetMessageResult(int messageId);
}

[ServiceContract]
public interface IReadDataService
{
    [OperationContract] ReadCoursesResult ReadCourses(ReadCoursesRequest request);
}

[ServiceContract]
public interface IFileService
{
    [OperationContract] string UploadFile(FileMessage fileMessage);
}

class SecurityHeader : MessageHeader
{
    readonly string username, password;
    public SecurityHeader(string username, string password) { this.username = username; this.password = password; }
    public override string Name { get { return "Security"; } }
    public override string Namespace { get { return Namespaces.Wsse; } }
    protected override void OnWriteHeaderContents(XmlDictionaryWriter writer, MessageVersion version)
    {
        writer.WriteStartElement("UsernameToken", Namespaces.Wsse);
        writer.WriteElementString("Username", Namespaces.Wsse, username);
        writer.WriteElementString("Password", Namespaces.Wsse, password);
        writer.WriteEndElement();
    }
}

class Security : IEndpointBehavior, IClientMessageInspector
{
    readonly MessageHeader header;
    public Security(string username, string password) { header = new SecurityHeader(username, password); }
    public object BeforeSendRequest(ref Message request, IClientChannel channel) { request.Headers.Add(header); return null; }
    public void AfterReceiveReply(ref Message reply, object state) { }
    public void ApplyClientBehavior(ServiceEndpoint endpoint, ClientRuntime runtime) { runtime.MessageInspectors.Add(this); }
    public void AddBindingParameters(ServiceEndpoint endpoint, BindingParameterCollection parameters) { }
    public void ApplyDispatchBehavior(ServiceEndpoint endpoint, EndpointDispatcher dispatcher) { }
    public void Validate(ServiceEndpoint endpoint) { }
}

static class Client
{
    static readonly List<string> cells = new List<string>();

    static void Cell(string name, Func<bool> step)
    {
        string outcome;
        try { outcome = step() ? "pass" : "fail: not what was expected"; }
        catch (Exception error) { outcome = "fail: " + error.GetType().Name + " " + error.Message; }
        outcome = outcome.Replace("\\", "\\\\").Replace("\"", "'").Replace("\r", " ").Replace("\n", " ");
        cells.Add("\"" + name + "\": \"" + outcome + "\"");
    }

    static void Main(string[] arguments)
    {
        string encoding = arguments[0], edge = arguments[1], username = arguments[2], password = arguments[3], message = arguments[4];
        var data = Open<IDataService>(edge + "/DataService.svc", username, password, WSMessageEncoding.Text);
        var reads = Open<IReadDataService>(edge + "/ReadDataService.svc", username, password, WSMessageEncoding.Text);
        var files = Open<IFileService>(edge + "/FileService.svc", username, password, encoding == "mtom" ? WSMessageEncoding.Mtom : WSMessageEncoding.Text);
        int type = 0, id = 0;
        Cell("GetMessageTypes", () =>
        {
            type = data.GetMessageTypes().Single(kind => kind.Name == "Create.Course.Element.Folder").Identifier;
            return type > 0;
        });
        Cell("AddMessage", () =>
        {
            var added = data.AddMessage(new DataMessage { Data = message, Type = type });
            id = added.MessageId;
            return added.Status == DataMessageStatus.InQueue && id > 0;
        });
        Cell("GetMessageResult", () =>
        {
            DataMessageResult result;
            while ((result = data.GetMessageResult(id)).Status == DataMessageStatus.InQueue) Thread.Sleep(50);
            return result.Status == DataMessageStatus.Finished && !string.IsNullOrEmpty(result.StatusDetails.Single().SyncKey);
        });
        Cell("ReadCourses", () =>
        {
            var page = reads.ReadCourses(new ReadCoursesRequest { PageIndex = 0, PageSize = 2 });
            return page.Total > 2 && page.Courses.Length == 2 && page.Courses.All(course => course.CourseSyncKey != null);
        });
        Cell("UploadFile", () =>
        {
            var content = Encoding.UTF8.GetBytes(message);
            return files.UploadFile(new FileMessage { Content = content, Name = "message.xml" }).Length == 36;
        });
        Cell("Fault", () =>
        {
            try { data.GetMessageResult(2147483647); return false; }
            catch (FaultException fault) { return fault.Message == "Message with specified MessageId does not exist."; }
        });
        Console.WriteLine("{" + string.Join(", ", cells) + "}");
    }

    static T Open<T>(string address, string username, string password, WSMessageEncoding encoding)
    {
        var binding = new BasicHttpBinding { MessageEncoding = encoding, MaxReceivedMessageSize = 1 << 24 };
        binding.ReaderQuotas.MaxStringContentLength = 1 << 24;
        var factory = new ChannelFactory<T>(binding, new EndpointAddress(address));
        factory.Endpoint.Behaviors.Add(new Security(username, password));
        return factory.CreateChannel();
    }
}
