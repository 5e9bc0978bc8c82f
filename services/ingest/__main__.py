"""`python -m services.ingest`: the ingest service alone, configured by environment variables."""

from runtime.process import run_service
from services.ingest.service import build
from services.ingest.settings import IngestSettings

run_service(IngestSettings, build)
