"""Runs the files service alone."""

from runtime.process import run_service
from services.files.service import build
from services.files.settings import FilesSettings

run_service(FilesSettings, build)
