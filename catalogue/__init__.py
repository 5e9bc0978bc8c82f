"""The message types as data, and the gate that messages pass.

A type is a folder: types/<Dotted.Name>/schema.xsd with the name, the kind of processing and the documentation in its
annotations, and examples/ beside it: each valid-*.xml is accepted, each invalid-*.xml is refused, and the first comment
says with what result (catalogue.examples); what they speak of is in example_world.toml. What types share stands once in
common.xsd, content.xsd, extension.xsd and reads.xsd; numbers are in identifiers.toml, extensions in extensions.toml.
"""
