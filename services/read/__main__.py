"""Runs the read service alone."""

from runtime.process import run_service
from services.read.service import build
from services.read.settings import ReadSettings

run_service(ReadSettings, build)
