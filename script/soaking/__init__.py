"""The parts of script/soak: a network of namespaces, the families' own programs in it, a schedule, and the judgement."""
