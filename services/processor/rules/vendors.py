"""The content vendor (contract section 9, writes.yaml vendor_rules)."""

from __future__ import annotations

from services.processor.context import Context, Step

UNKNOWN = "Vendor with specified VendorId does not exist."
NO_CONTENT_VENDOR = "Vendor with specified VendorId is not a content vendor."


def check_vendor(context: Context) -> None:
    """Refuses a VendorId that is not a content vendor's."""
    vendor = context.resources.vendor
    if vendor is None:
        return
    if not vendor.exists:
        context.refuse(UNKNOWN, Step.VENDOR)
    elif not vendor.is_content_vendor:
        context.refuse(NO_CONTENT_VENDOR, Step.VENDOR)
