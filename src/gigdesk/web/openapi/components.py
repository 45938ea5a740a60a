"""The shapes of the document by name, for the issue types of an installation."""

from gigdesk.web.openapi.parts import Schema, choice, many, ref, shape, such
from gigdesk.web.openapi.schemas import (
    CASE,
    CASE_ROW,
    CASES,
    ENTRY,
    GIG,
    INTAKE,
    ISSUE_TYPE,
    PROBLEM,
    RECEIPT,
    REPORT_FORM,
    REPORTED,
)

_COMPONENTS: dict[str, Schema] = {
    "Problem": PROBLEM,
    "Reported": REPORTED,
    "Case": CASE,
    "CaseRow": CASE_ROW,
    "Entry": ENTRY,
    "Timeline": shape(items=many(ref("Entry"))),
    "Cases": CASES,
    "Receipt": RECEIPT,
    "Gig": GIG,
    "Intake": INTAKE,
    "IssueType": ISSUE_TYPE,
    "ReportForm": REPORT_FORM,
}


def components(codes: tuple[str, ...]) -> dict[str, Schema]:
    """The shapes by name, with these codes of issue types."""
    example = "property.damage" if "property.damage" in codes else codes[0]
    properties = {**_properties(ISSUE_TYPE), "code": such(choice(*codes), example)}
    return {**_COMPONENTS, "IssueType": {**ISSUE_TYPE, "properties": properties}}


def _properties(schema: Schema) -> dict[str, object]:
    found = schema["properties"]
    assert isinstance(found, dict)  # shape made it
    return found
