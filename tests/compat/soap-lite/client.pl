# A client of SOAP::Lite. Arguments: edge, user name, password, message.
use strict;
use warnings;
use Encode qw(decode_utf8);
use JSON::PP qw(encode_json);
use SOAP::Lite;

my ($edge, $username, $password, $message) = @ARGV;
my $wsse = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';
my $models = 'http://schemas.datacontract.org/2004/07/Itslearning.Integration.ContentImport';

# Calls an operation; dies with the text of a fault.
sub call {
    my ($service, $operation, @members) = @_;
    my $soap = SOAP::Lite->proxy("$edge/$service.svc")->ns('http://tempuri.org/', 't')
        ->on_action(sub { "http://tempuri.org/I$service/$operation" })
        ->on_fault(sub { my (undef, $answer) = @_; die(ref $answer ? $answer->faultstring . "\n" : "no answer\n") });
    my $token = SOAP::Header->name('o:Security')->attr({ 'xmlns:o' => $wsse })->value(\SOAP::Data->value(
        SOAP::Data->name('o:UsernameToken')->value(\SOAP::Data->value(
            SOAP::Data->name('o:Username')->value($username)->type(''),
            SOAP::Data->name('o:Password')->value($password)->type(''),
        )),
    ));
    return $soap->call($operation, $token, @members)->result;
}

sub member { my ($name, $value, $type) = @_; return SOAP::Data->name($name)->value($value)->type($type) }

sub wrapped {
    my ($name, $namespace, @members) = @_;
    return SOAP::Data->name("t:$name")->attr({ 'xmlns:m' => $namespace })->value(\SOAP::Data->value(@members));
}

sub outcome {
    my ($step) = @_;
    my $good = eval { $step->() };
    return $@ ? "fail: $@" : $good ? 'pass' : 'fail: not what was expected';
}

# A list of one arrives as the thing itself.
sub list { my ($value) = @_; return ref $value eq 'ARRAY' ? @$value : ($value) }

my ($type, $id, %cells);
$cells{GetMessageTypes} = outcome(sub {
    my $types = call('DataService', 'GetMessageTypes');
    ($type) = map { $_->{Identifier} } grep { $_->{Name} eq 'Create.Course.Element.Folder' } list($types->{DataMessageType});
    return $type =~ /^\d+$/;
});
$cells{AddMessage} = outcome(sub {
    my $added = call('DataService', 'AddMessage', wrapped('dataMessage', "$models.Services.Entities",
        member('m:Data', decode_utf8($message), 'string'), member('m:Type', $type, 'int')));
    $id = $added->{MessageId};
    return $added->{Status} eq 'InQueue';
});
$cells{GetMessageResult} = outcome(sub {
    my $result;
    do {
        select undef, undef, undef, 0.05;
        $result = call('DataService', 'GetMessageResult', member('t:messageId', $id, 'int'));
    } while $result->{Status} eq 'InQueue';
    my @details = list($result->{StatusDetails}{DataMessageStatusDetail});
    return $result->{Status} eq 'Finished' && @details == 1 && $details[0]{SyncKey};
});
$cells{ReadCourses} = outcome(sub {
    my $page = call('ReadDataService', 'ReadCourses', wrapped('request', "$models.Model.ServiceEntities",
        member('m:PageIndex', 0, 'int'), member('m:PageSize', 2, 'int')));
    my @courses = list($page->{Courses}{Course});
    return $page->{Total} > 2 && @courses == 2 && $courses[0]{CourseSyncKey};
});
$cells{UploadFile} = outcome(sub {
    my $file = call('FileService', 'UploadFile', wrapped('fileMessage', "$models.Services.Entities",
        member('m:Content', $message, 'base64'), member('m:Name', 'message.xml', 'string')));
    return length $file == 36;
});
$cells{Fault} = outcome(sub {
    eval { call('DataService', 'GetMessageResult', member('t:messageId', 2147483647, 'int')) };
    return $@ eq "Message with specified MessageId does not exist.\n";
});
print encode_json(\%cells), "\n";
