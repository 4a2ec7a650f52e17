"""Every text of the console, in one place, so that another language can follow."""

from __future__ import annotations

from typing import Final

CLOSED_TITLE: Final = "The console is closed here"
CLOSED: Final = (
    "From another machine the console wants a password, and nobody has one yet. "
    "On the machine that runs it: cws console add NAME --role edit"
)
LOGIN_TITLE: Final = "CoWorks console"
LOGIN_PASSWORD: Final = "Password"  # noqa: S105 - a label
LOGIN_BUTTON: Final = "Log in"
LOGIN_WRONG: Final = "This name and this password do not go together."
LOGIN_HELD_BACK: Final = "Too many wrong passwords. Wait a minute, then try again."

TITLE: Final = "CoWorks"
SKIP: Final = "Skip to the content"
NAVIGATION: Final = "Pages"
HOME: Final = "Home"
RUNS: Final = "Runs"
LOG_OUT: Final = "Log out"

# Moments and states
CUT: Final = "… the rest is not shown"
STATUS: Final = {
    "RUNNING": "running",
    "SUCCEEDED": "succeeded",
    "FAILED": "failed",
    "TIMED_OUT": "timed out",
    "ABORTED": "stopped",
    "CAUGHT": "failed, and caught",
}

# The first page
ALL_WELL: Final = "Everything is in order."
FAILURES_TODAY: Final = ("failed run today", "failed runs today")
DEAD_LETTERS: Final = ("message could not be delivered", "messages could not be delivered")
DOES_NOT_LOAD: Final = ("does not load", "do not load")
WORKFLOWS: Final = "Workflows"
WORKFLOW: Final = "Workflow"
STARTED_BY: Final = "Started by"
LAST_RUN: Final = "Last run"
NEXT_RUN: Final = "Next run"
FAILED_TODAY: Final = "Failed today"
BY_HAND: Final = "hand"
NEVER: Final = "never"
HAS_MISTAKES: Final = "has mistakes"
NO_WORKFLOWS: Final = "There is no workflow yet."
COMING: Final = "Coming up"
NOTHING_COMING: Final = "Nothing is started by the clock."
SERVICES: Final = "Services"
NO_SERVICES: Final = "There is no service yet: a programmer writes the first one in tech/."
ENTRIES: Final = ("entry", "entries")
QUEUES: Final = "Queues"
QUEUE: Final = "Queue"
WAITING: Final = "Waiting"
IN_FLIGHT: Final = "Being worked on"
DELAYED: Final = "Delayed"
DEAD: Final = "Not delivered"
EMPTY_QUEUES: Final = "Empty:"
MAIL: Final = "Mail"
NO_MAIL: Final = "No mail yet. What the services send shows up here."
ALL_MAIL: Final = "The whole mail box"
NO_SUBJECT: Final = "(no subject)"

# Steps in words
YES: Final = "yes"
NO: Final = "no"
WITHOUT_NAME: Final = "(without a name)"
NO_WORKFLOW_YET: Final = "There is no step yet."
UNKNOWN_STEP: Final = "This step cannot be read yet"
CALLS: Final = "Asks {} · {}"
RUNS_WORKFLOW: Final = "Runs the workflow {}, and waits for its end"
STARTS_WORKFLOW: Final = "Starts the workflow {}, and goes on"
CALLS_AWS: Final = "Calls AWS · {}"
CHOOSES: Final = "Goes one way or another"
IF: Final = "if {}"
OTHERWISE: Final = "otherwise"
OTHERWISE_GO: Final = "Otherwise go to"
NEXT_STEP: Final = "the next step"
THE_END: Final = "the end"
AT_THE_SAME_TIME: Final = "Does at the same time: {}"
FOR_EACH: Final = "Does for each {} of {}"
SO_MANY_AT_ONCE: Final = ", {} at once"
WAITS: Final = "Waits {}"
WAITS_UNTIL: Final = "Waits until {}"
ASKS: Final = "Asks {} to accept or refuse"
ABOUT: Final = "about"
MESSAGE: Final = "message"
DEADLINE: Final = "at most"
REMINDED: Final = "reminded"
EVERY: Final = "every {}"
REMEMBERS: Final = "Keeps {}"
ENDS_WELL: Final = "Ends here, well"
ENDS_BADLY: Final = "Ends here, as a failure"
OUTPUT: Final = "result"
ERROR: Final = "error"
CAUSE: Final = "cause"
BEGINS_AGAIN: Final = "Ends here, and goes on in a new run"
DOES_NOTHING: Final = "Does nothing"
RAW_STATE: Final = "A state of Step Functions · {}"
RETRIED: Final = "tried again up to {} times"
RETRIED_BY_RULES: Final = "tried again"
AT_MOST: Final = "for at most {}"
CAUGHT: Final = "on {} → {}"
ANY_ERROR: Final = "any error"
THEN: Final = "then → {}"

# A workflow's page
CLOSE: Final = "Close"
CANCEL: Final = "Cancel"
NOT_HERE: Final = "Not here"
NO_SUCH_WORKFLOW: Final = 'No workflow is named "{}".'
UNDO: Final = "Undo"
REDO: Final = "Redo"
SAVE: Final = "Save"
SAVED: Final = "Saved"
NOT_SAVED: Final = "not saved"
MISTAKES: Final = ("mistake", "mistakes")
STARTED: Final = "started"
STEPS: Final = "Steps"
YAML: Final = "YAML"
LINE: Final = "line"
PROBLEMS: Final = "Problems"
NO_PICTURE: Final = "The picture is drawn when there are no mistakes."
CHANGED_OUTSIDE: Final = "Somebody else changed this file meanwhile. When you save you will see both."
BOTH_CHANGED: Final = "Keep yours to replace theirs, or take theirs: Undo brings yours back."
DELETED_OUTSIDE: Final = "Keep yours to write the file again."
YOURS: Final = "yours"
THEIRS: Final = "theirs"
KEEP_MINE: Final = "Keep mine"
TAKE_THEIRS: Final = "Take theirs"

# Forms
IS_MISSING: Final = "{} is missing"
NO_WHOLE_NUMBER: Final = "{} is not a whole number"
NO_NUMBER: Final = "{} is not a number"
NO_YES_OR_NO: Final = "{} is yes or no"
NO_JSON: Final = "{} begins like a list or an object, and is none"
WRITE_NUMBER: Final = "write a number, for example 3"
WRITE_JSON: Final = 'write for example ["a", "b"] or {"key": "value"}'
WRITE_DURATION: Final = "write for example 5 minutes, 2 hours or 3 days"
SERVICE: Final = "Service"
ENTRY: Final = "What to ask of it"
RULES: Final = "Rules"
NO_RULE: Final = "At least one condition is needed"
HALF_A_RULE: Final = "Each condition needs both its parts: what is asked, and where to go"
PAIRS: Final = "Names and values"
NO_PAIR: Final = "At least one name with a value is needed"
PAIR_WITHOUT_NAME: Final = "The value {} has no name"
PAIR_TWICE: Final = "{} has two values"
WHOLE: Final = "Or one value for all of it"
WHOLE_ABOUT: Final = "Instead of names and values, for example {% $data %}"
PAIRS_AND_WHOLE: Final = "Give names with values, or one value for all of it, and not both"
HEADERS: Final = "Headers"
WHO: Final = "Who decides"
PEOPLE_ABOUT: Final = "Mail addresses, one on each line"
NO_ADDRESS: Final = "{}: {} is no mail address"
WRITE_ADDRESS: Final = "write for example ops@example.com, or an expression that gives one"
ANSWERS: Final = "Answers to choose from"
ANSWERS_ABOUT: Final = "With commas between them; the first one approves. Accept and refuse when empty"
ESCALATE_AFTER: Final = "Ask others too after"
ESCALATE_WHO: Final = "Who else is asked"
HALF_AN_ESCALATION: Final = "Say both after which time others are asked, and who they are"
APPROVAL_SERVICE: Final = "Service that asks"
SUBJECT: Final = "Subject of the mail"
MESSAGE_LABEL: Final = "Message"
DEADLINE_LABEL: Final = "Answer within"
DURATION_ABOUT: Final = "For example 5 minutes, 2 hours, 3 days"
WHEN_LATE: Final = "When nobody answers in time, go to"
LATE_WITHOUT_DEADLINE: Final = "Say how long an answer is waited for"
REMIND: Final = "Remind every"
WAIT_FOR: Final = "Wait for"
WAIT_ABOUT: Final = "A time such as 30 minutes or 2 weeks, or until 08:00 Europe/Paris"
ITEMS: Final = "List"
ITEMS_ABOUT: Final = "The list to go through, for example $data.lines"
ITEM_NAME: Final = "Name of one item"
AT_ONCE: Final = "How many at the same time"
DISTRIBUTED: Final = "Each item in a run of its own, for thousands of them"
WAIT_FOR_END: Final = "Wait for its end"
ERROR_NAME: Final = "Name of the error"
CAUSE_LABEL: Final = "What happened"
AWS_SERVICE: Final = "AWS service"
AWS_SERVICE_ABOUT: Final = "Its name in Step Functions, for example dynamodb or s3"
AWS_ACTION: Final = "Action"
AWS_ACTION_ABOUT: Final = "Its name in Step Functions, for example putItem"
AWS_WAY: Final = "Goes on"
TAKES_ANSWER: Final = "with the answer of AWS"
WAITS_UNTIL_DONE: Final = "when the work is done (.sync)"
WAITS_FOR_ANSWER: Final = "when somebody sends the task token back"
AWS_WITH: Final = "Parameters"
AWS_TAKES: Final = "It takes {}"
DID_YOU_MEAN: Final = "did you mean {}?"
NO_CALL: Final = "{} is no call of AWS"
STATE_TEXT: Final = "State"
STATE_TEXT_ABOUT: Final = "In the Amazon States Language, as YAML or JSON. Next names a step, or End"
IN_LINE: Final = "{}, line {}: {}"
RETRY: Final = "When it fails, try again"
ADD_RETRY: Final = "Try again when it fails"
ATTEMPTS: Final = "How many times"
ON_ERRORS: Final = "On these errors"
ON_ERRORS_ABOUT: Final = "Their names, with commas; all errors when empty"
DELAY: Final = "First pause"
ONE_SECOND: Final = "1 second"
BACKOFF: Final = "Each pause so many times the one before"
MAX_DELAY: Final = "Longest pause"
ADD_CATCH: Final = "Go elsewhere when it fails"
HEARTBEAT: Final = "Give up without a sign of life for"
HEARTBEAT_ABOUT: Final = "Shorter than the time that it may take as a whole"
REMOVE: Final = "Remove"
TIMEOUT: Final = "Give up after"
ON_ERROR: Final = "When it fails in the end"
GOES_TO: Final = "Then go to"
NAME: Final = "Name"
COMMENT: Final = "Comment"

# Building
IF_EMPTY: Final = "When empty: {}"
INSERT: Final = "Use a value of the workflow"
VALUE: Final = "Value"
ADD_PAIR: Final = "One more"
CONDITION: Final = "Condition {}"
ADD_CONDITION: Final = "Another condition"
EXPRESSION: Final = "Expression"
AND: Final = "and"
OR: Final = "or"
COMPARED: Final = "How"
OTHER_VALUE: Final = "Other value"
ADD_COMPARISON: Final = "and / or"
WHAT_STEP: Final = "What shall this step do?"
CHANGE_STEP: Final = "Change “{}”"
ADD: Final = "Add"
DONE: Final = "Done"
MORE: Final = "More"
DELETED: Final = "“{}” is deleted. Undo brings it back."
ONLY_IN_YAML: Final = "What this step does cannot be told: it is changed in the YAML."
NEW_STEP: Final = "New step"
ADD_STEP: Final = "Add a step"
ADD_HERE: Final = "Add a step below"
EDIT: Final = "Change"
UP: Final = "Move up"
DOWN: Final = "Move down"
COPY: Final = "Copy"
DELETE: Final = "Delete"
KINDS: Final = {
    "tech": ("Ask a service", "Send a mail, look something up, write into another system"),
    "choices": ("Choose a way", "Go on here or there, depending on what came out before"),
    "approve": ("Ask a person", "Somebody accepts or refuses, by mail"),
    "wait": ("Wait", "For some time, or until a time of the day"),
    "foreach": ("Do for each", "The same steps for each item of a list"),
    "parallel": ("Do at the same time", "Branches that run side by side, until all are done"),
    "biz": ("Run another workflow", "And wait for its end, or go on"),
    "set": ("Keep values", "Give values a name, to use them later"),
    "success": ("End well", "The workflow is over here, with a result"),
    "fail": ("End as a failure", "The workflow is over here, and somebody should know"),
    "again": ("Go on in a new run", "For what goes round for months: this run ends, and a new one goes on"),
    "pass": ("Do nothing", "A place to jump to, or one to fill later"),
    "aws": ("Call AWS", "Any action of any service of AWS"),
    "asl": ("State of Step Functions", "As AWS writes it, for what no other step says"),
}

# What starts a workflow, and runs
NO_DEFAULT: Final = "The workflow reads this, and has no value of its own for it"
EVERY_DAY: Final = "every day"
EVERY_WEEKDAY: Final = "every weekday"
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
TIMEZONE: Final = "Time zone"
TIMEZONE_ABOUT: Final = "For example Europe/Paris; UTC when empty"
EVERY_SO_OFTEN: Final = "Every"
ON_DAYS: Final = "Days"
AT_TIME: Final = "At"
TIME_ABOUT: Final = "A time of the day such as 08:00"
NO_TIME: Final = "{} is not a time of the day"
AT_MOMENT: Final = "Date and time"
MOMENT_ABOUT: Final = "For example 2027-01-31T08:00:00"
REQUEST: Final = "Request"
REQUEST_ABOUT: Final = "A method and a path below the workflow's address, such as POST /orders"
TOPIC: Final = "Topic"
TRIGGERS: Final = {
    "every": "every so often",
    "daily": "at a time of the day",
    "at": "once, at a date and time",
    "http": "a request over HTTP",
    "queue": "a message in a queue",
    "topic": "a message of a topic",
}
WHAT_STARTS: Final = "What starts it"
ADD_TRIGGER: Final = "Add what starts it"
NEW_WORKFLOW: Final = "New workflow"
CREATE: Final = "Create"
NAME_ABOUT: Final = "Lower-case letters, digits and _, for example server_watch"
PURPOSE: Final = "What it is for"
PURPOSE_ABOUT: Final = "One sentence, for those who come later"
INPUT: Final = "Works on"
INPUT_ABOUT: Final = "The data of a run when nobody gives other data. Steps read it as $data.name."
CHANGE_INPUT: Final = "Change the data"
NO_INPUT: Final = "It needs no data."
RUN: Final = "Run"
RUN_NOW: Final = "Run it now"
RUN_ABOUT: Final = "What is left empty has the value that the workflow says."
SAVE_FIRST: Final = "Save it first: what runs is what is saved."
NOT_TAKEN: Final = "The server has not taken up what was saved. Was it started with --no-reload?"
STOP: Final = "Stop"
STOPPED_BY: Final = "Stopped by {} in the console."
ALL: Final = "all"
STATE: Final = "State"
SHOW: Final = "Show"
RUN_NAME: Final = "Run"
STARTED_AT: Final = "Started"
TOOK: Final = "Took"
OLDER: Final = "Older runs"
NO_RUNS: Final = "There is no such run."
FAILED_AT: Final = "Failed at “{}”"
INPUT_OF_RUN: Final = "What it worked on"
OUTPUT_OF_RUN: Final = "What came out"
GIVEN: Final = "What it was given"
RESULT: Final = "Result"
INSIDE: Final = "in “{}”"
ITEM: Final = "item {}"
TRIED: Final = "tried {} times"
MORE_STEPS: Final = "{} more steps are not shown."
FROM_NOTHING: Final = "nothing"
BEGIN_WITH: Final = "Begin with"
USES: Final = "It does what the predefined workflow “{}” does, with the data above."

# Approvals and queues
APPROVALS: Final = "Waiting for an answer"
ASKED: Final = "{} was asked"
ANSWERED: Final = "Answered: {}"
SOMEBODY_ELSE: Final = "Somebody else was faster, or the time is over."
SEND_AGAIN: Final = "Send all again"
SENT_AGAIN: Final = "{} sent again"
DROP: Final = "Drop all"
DROP_ALL: Final = "Drop {} messages?"
NOT_UNDONE: Final = "They are gone then; this cannot be undone."
DROPPED: Final = "Dropped"
NO_DEAD: Final = "Everything was delivered."
MESSAGES: Final = "Messages"
SEND_ONE_AGAIN: Final = "Send again"
DROP_ONE: Final = "Drop"
DROP_THIS: Final = "Drop this message?"
NOT_THERE: Final = "It is not there any more, or somebody works on it."
NOT_SENT: Final = "Not sent: it is gone, or it came from no queue."
FIRST_PAGE: Final = "First page"
NEXT_PAGE: Final = "Next page"

# A service's page
NO_SUCH_SERVICE: Final = 'No service that loads is named "{}".'
TRY: Final = "Try it"
ASK_NOW: Final = "Ask"
PARAMETER: Final = "Parameter"
WHERE: Final = "Where"
TYPE: Final = "Kind"
MEANING: Final = "Meaning"
REQUIRED: Final = "required"
PLACES: Final = {"path": "path", "query": "query", "body": "body"}
TYPES: Final = {
    "text": "text",
    "long": "text",
    "integer": "whole number",
    "number": "number",
    "yes_no": "yes or no",
    "choice": "choice",
    "list": "list",
    "any": "any value",
}
ANSWERS_WITH: Final = "Answers with"
DOCS: Final = "Its own page"
OPENAPI: Final = "OpenAPI document"
DOWNLOAD_OPENAPI: Final = "Download its OpenAPI document"
NO_ANSWER: Final = "No answer came: {}"
NOTHING_CAME: Final = "no answer"
OPEN_SERVICE: Final = "Try it and see its parameters"
RUN_AGAIN: Final = "Run again"
AGAIN_HERE: Final = "Run again from here"
AGAIN_FROM: Final = "Run again from “{}”"
AGAIN_ABOUT: Final = (
    "A new run begins at this step, in the workflow as it is now, with what was known here. "
    "Change what should be otherwise."
)
REPLAYS: Final = "It began at “{}”, with what was known there in the run"

# Two runs compared, and a run saved as a test
COMPARE: Final = "Compare"
COMPARE_CHOSEN: Final = "Compare the two that are chosen"
COMPARE_WITH: Final = "Compare with another run"
COMPARE_TWO: Final = "Choose two runs of one workflow to compare."
OTHER_RUN: Final = "Other run"
NO_OTHER_RUN: Final = "This workflow has no other run yet."
TWO_RUNS: Final = "two runs compared"
NO_DIFFERENCE: Final = "Both took the same way, with the same data."
STEP: Final = "Step"
FIRST_RUN: Final = "First run"
SECOND_RUN: Final = "Second run"
NOT_REACHED: Final = "not reached"
FAILURE: Final = "Failure"
SAVE_TEST: Final = "Save as a test"
TEST_ABOUT: Final = (
    "The test runs the workflow with the data of this run and the answers that its calls got, "
    "and expects the same way."
)
TEST_FILE: Final = "File in tests"
TEST_FILE_ABOUT: Final = "A name that begins with test_ and ends with .py, of letters, digits and _"
NO_TEST_NAME: Final = "“{}” is no name for a test"
TEST_EXISTS: Final = "{} exists, and is not written over: choose another name"
TEST_WRITTEN: Final = "Written: tests/{}"
BRANCHES: Final = "Branches"
BRANCHES_ABOUT: Final = "Their names, with commas between them"
