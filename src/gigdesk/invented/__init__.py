"""INVENTED HISTORIES: a believable past for demonstrations and measurements, the same for the same seed.

Nothing here is about anybody. Every case is played by the rules that real ones follow, so that it verifies.
"""
