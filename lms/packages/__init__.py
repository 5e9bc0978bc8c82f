"""Readers of the packages that schools bring (IMS, SCORM, Common Cartridge, QTI), out of ZIP archives with a budget."""
