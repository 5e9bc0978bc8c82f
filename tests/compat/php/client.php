<?php
// A client of ext-soap. Arguments: edge, user name, password, message.
[, $edge, $username, $password, $message] = $argv;

const WSSE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';

function service(string $edge, string $name, string $username, string $password): SoapClient
{
    $client = new SoapClient("$edge/$name.svc?wsdl", [
        'cache_wsdl' => WSDL_CACHE_NONE,
        'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
    ]);
    $token = sprintf(
        '<o:Security xmlns:o="%s"><o:UsernameToken><o:Username>%s</o:Username><o:Password>%s</o:Password></o:UsernameToken></o:Security>',
        WSSE,
        htmlspecialchars($username, ENT_XML1),
        htmlspecialchars($password, ENT_XML1)
    );
    $client->__setSoapHeaders(new SoapHeader(WSSE, 'Security', new SoapVar($token, XSD_ANYXML)));
    return $client;
}

function outcome(callable $step): string
{
    try {
        return $step() ? 'pass' : 'fail: not what was expected';
    } catch (Throwable $error) {
        return 'fail: ' . $error->getMessage();
    }
}

$data = service($edge, 'DataService', $username, $password);
$reads = service($edge, 'ReadDataService', $username, $password);
$files = service($edge, 'FileService', $username, $password);
$type = $id = null;

$cells['GetMessageTypes'] = outcome(function () use ($data, &$type) {
    $types = $data->GetMessageTypes()->GetMessageTypesResult->DataMessageType;
    $type = array_column($types, 'Identifier', 'Name')['Create.Course.Element.Folder'];
    return is_int($type);
});
$cells['AddMessage'] = outcome(function () use ($data, $message, &$type, &$id) {
    $added = $data->AddMessage(['dataMessage' => ['Data' => $message, 'Type' => $type]])->AddMessageResult;
    $id = $added->MessageId;
    return $added->Status === 'InQueue';
});
$cells['GetMessageResult'] = outcome(function () use ($data, &$id) {
    do {
        usleep(50000);
        $result = $data->GetMessageResult(['messageId' => $id])->GetMessageResultResult;
    } while ($result->Status === 'InQueue');
    $details = $result->StatusDetails->DataMessageStatusDetail;
    return $result->Status === 'Finished' && count($details) === 1 && $details[0]->SyncKey;
});
$cells['ReadCourses'] = outcome(function () use ($reads) {
    $page = $reads->ReadCourses(['request' => ['PageIndex' => 0, 'PageSize' => 2]])->ReadCoursesResult;
    return $page->Total > 2 && count($page->Courses->Course) === 2 && $page->Courses->Course[0]->CourseSyncKey;
});
$cells['UploadFile'] = outcome(function () use ($files, $message) {
    $answer = $files->UploadFile(['fileMessage' => ['Content' => $message, 'Name' => 'message.xml']]);
    return strlen($answer->UploadFileResult) === 36;
});
$cells['Fault'] = outcome(function () use ($data) {
    try {
        $data->GetMessageResult(['messageId' => 2147483647]);
        return false;
    } catch (SoapFault $fault) {
        return $fault->getMessage() === 'Message with specified MessageId does not exist.';
    }
});
echo json_encode($cells), "\n";
