"""Uploads, temporary storage, and what content keeps of it (design section 7)."""
