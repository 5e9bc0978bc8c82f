"""`python -m services.processor`: the processor service alone, configured by environment variables."""

from runtime.process import run_service
from services.processor.service import build
from services.processor.settings import ProcessorSettings

run_service(ProcessorSettings, build)
