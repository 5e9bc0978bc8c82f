#!/bin/sh
# Makes the classes below the present folder. Arguments: edge, folder of the sources.
set -eu
rm -rf generated classes
mkdir generated classes
import="wsimport -Xnocompile -keep -quiet -s generated -b $2/bindings.xml"
$import -p api.data "$1/DataService.svc?wsdl"
$import -p api.files "$1/FileService.svc?wsdl"
$import -b "$2/reads.xml" "$1/ReadDataService.svc?wsdl"
find generated -name '*.java' > sources
javac -nowarn -encoding UTF-8 -d classes -cp /usr/share/java/jaxws-rt.jar:/usr/share/java/jaxws-api.jar:/usr/share/java/jaxb-api.jar:/usr/share/java/jws-api.jar @sources "$2/Client.java"
