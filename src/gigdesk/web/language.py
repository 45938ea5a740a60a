"""The languages of the pages: those of mail too, from ``gigdesk.language``."""

from gigdesk.language import FOLDER, Language, Languages, accepted, compile_catalogue, load

__all__ = ["FOLDER", "Language", "Languages", "accepted", "compile_catalogue", "load"]
