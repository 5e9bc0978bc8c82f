#!/bin/sh
# Makes client in the present folder. Arguments: edge, folder of the sources.
set -eu
gsoap=/usr/share/gsoap
wsdl2h -c -t "$2/typemap.dat" -o contracts.h "$1/DataService.svc?wsdl" "$1/ReadDataService.svc?wsdl" "$1/FileService.svc?wsdl"
{ echo '#import "wsse.h"'; cat contracts.h; } > api.h
soapcpp2 -1 -c -C -L -x -I "$gsoap/import" api.h
cc -O1 -w -DWITH_OPENSSL -DWITH_DOM -DWITH_GZIP -I . -I "$gsoap/plugin" -I "$gsoap/custom" -o client "$2/client.c" soapC.c soapClient.c \
  "$gsoap/plugin/wsseapi.c" "$gsoap/plugin/smdevp.c" "$gsoap/plugin/mecevp.c" "$gsoap/plugin/threads.c" "$gsoap/custom/struct_timeval.c" \
  -lgsoapssl -lssl -lcrypto -lz
