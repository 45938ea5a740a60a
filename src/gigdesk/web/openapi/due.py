"""The shapes of what is due: clocks, and the estimate of when a case is decided."""

from gigdesk.cases.clocks import Kind, State
from gigdesk.cases.estimate import Basis
from gigdesk.web.openapi.parts import TIME, WHOLE, Schema, choice, maybe, shape, such, text

CLOCK = shape(
    kind=such(choice(*Kind), "first_reply"),
    due=maybe(TIME),
    state=choice(*State),
    explanation=text("Runs since the report was received."),
)
ESTIMATE: Schema = {
    **shape(
        text=text("8 of 10 reports like this were decided within 3 days."),
        basis=such(choice(*Basis), "history"),
        withinSeconds=such(WHOLE, 259_200),
    ),
    "description": "until it is decided, since it was received: of this type's own history, or the target",
}
