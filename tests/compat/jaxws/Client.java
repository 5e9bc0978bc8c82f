// A client of the JAX-WS RI. Arguments: edge, user name, password, message.

import api.data.DataMessage;
import api.data.DataMessageResult;
import api.data.DataMessageStatus;
import api.data.DataMessageType;
import api.data.DataService;
import api.files.FileMessage;
import api.files.FileService;
import api.reads.courses.ReadCoursesRequest;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import javax.xml.namespace.QName;
import javax.xml.soap.SOAPElement;
import javax.xml.soap.SOAPException;
import javax.xml.soap.SOAPHeader;
import javax.xml.ws.Binding;
import javax.xml.ws.BindingProvider;
import javax.xml.ws.handler.Handler;
import javax.xml.ws.handler.MessageContext;
import javax.xml.ws.handler.soap.SOAPHandler;
import javax.xml.ws.handler.soap.SOAPMessageContext;
import javax.xml.ws.soap.MTOMFeature;
import javax.xml.ws.soap.SOAPFaultException;
import org.tempuri.ReadDataService;

public class Client {
    static final String WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";

    /** Adds the header to what is sent, and says that the one of an answer is understood. */
    record Security(String username, String password) implements SOAPHandler<SOAPMessageContext> {
        public Set<QName> getHeaders() {
            return Set.of(new QName(WSSE, "Security"));
        }

        public boolean handleMessage(SOAPMessageContext context) {
            if (!(boolean) context.get(MessageContext.MESSAGE_OUTBOUND_PROPERTY)) {
                return true;
            }
            try {
                SOAPHeader header = context.getMessage().getSOAPHeader();
                if (header == null) {
                    header = context.getMessage().getSOAPPart().getEnvelope().addHeader();
                }
                SOAPElement token = header.addChildElement("Security", "o", WSSE).addChildElement("UsernameToken", "o");
                token.addChildElement("Username", "o").addTextNode(username);
                token.addChildElement("Password", "o").addTextNode(password);
                return true;
            } catch (SOAPException error) {
                throw new IllegalStateException(error);
            }
        }

        public boolean handleFault(SOAPMessageContext context) {
            return true;
        }

        public void close(MessageContext context) {}
    }

    static <T> T secured(T port, Security security) {
        Binding binding = ((BindingProvider) port).getBinding();
        binding.setHandlerChain(List.<Handler>of(security));
        return port;
    }

    static final StringJoiner cells = new StringJoiner(", ", "{", "}");

    static void cell(String name, Callable<Boolean> step) {
        String outcome;
        try {
            outcome = step.call() ? "pass" : "fail: not what was expected";
        } catch (Exception error) {
            outcome = "fail: " + error.toString().replaceAll("[\\\\\"\\p{Cntrl}]", " ");
        }
        cells.add("\"" + name + "\": \"" + outcome + "\"");
    }

    static int type;
    static int id;

    public static void main(String[] arguments) throws Exception {
        String edge = arguments[0];
        String message = arguments[3];
        Security security = new Security(arguments[1], arguments[2]);
        var data = secured(new DataService(new URL(edge + "/DataService.svc?wsdl")).getBasicHttpBindingIDataService(), security);
        var reads = secured(
            new ReadDataService(new URL(edge + "/ReadDataService.svc?wsdl")).getBasicHttpBindingIReadDataService(), security);
        var files = secured(
            new FileService(new URL(edge + "/FileService.svc?wsdl")).getBasicHttpBindingIFileService(new MTOMFeature()), security);

        cell("GetMessageTypes", () -> {
            for (DataMessageType kind : data.getMessageTypes().getDataMessageType()) {
                if (kind.getName().equals("Create.Course.Element.Folder")) {
                    type = kind.getIdentifier();
                }
            }
            return type > 0;
        });
        cell("AddMessage", () -> {
            DataMessage request = new DataMessage();
            request.setData(message);
            request.setType(type);
            DataMessageResult added = data.addMessage(request);
            id = added.getMessageId();
            return added.getStatus() == DataMessageStatus.IN_QUEUE;
        });
        cell("GetMessageResult", () -> {
            DataMessageResult result;
            while ((result = data.getMessageResult(id)).getStatus() == DataMessageStatus.IN_QUEUE) {
                Thread.sleep(50);
            }
            var details = result.getStatusDetails().getDataMessageStatusDetail();
            return result.getStatus() == DataMessageStatus.FINISHED && details.size() == 1 && details.get(0).getSyncKey() != null;
        });
        cell("ReadCourses", () -> {
            ReadCoursesRequest request = new ReadCoursesRequest();
            request.setPageIndex(0);
            request.setPageSize(2);
            var page = reads.readCourses(request);
            var courses = page.getCourses().getCourse();
            return page.getTotal() > 2 && courses.size() == 2 && courses.get(0).getCourseSyncKey() != null;
        });
        cell("UploadFile", () -> {
            FileMessage request = new FileMessage();
            request.setContent(message.getBytes(StandardCharsets.UTF_8));
            request.setName("message.xml");
            return files.uploadFile(request).length() == 36;
        });
        cell("Fault", () -> {
            try {
                data.getMessageResult(2147483647);
                return false;
            } catch (SOAPFaultException fault) {
                return fault.getFault().getFaultString().equals("Message with specified MessageId does not exist.");
            }
        });
        System.out.println(cells);
    }
}
