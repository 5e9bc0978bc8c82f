"""`python -m services.auth`: the auth service alone, configured by environment variables."""

from runtime.process import run_service
from services.auth.service import build
from services.auth.settings import AuthSettings

run_service(AuthSettings, build)
