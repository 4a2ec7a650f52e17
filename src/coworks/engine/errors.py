"""The engine's refusals, named after Step Functions' own.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html#API_StartExecution_Errors
"""

from __future__ import annotations

from coworks.errors import CoWorksError


class EngineError(CoWorksError):
    """A request that the engine refuses."""


class StateMachineDoesNotExistError(EngineError):
    """No state machine has this name."""


class StateDoesNotExistError(EngineError):
    """A state machine has no state of this name outside its branches."""


class StateMachineTypeNotSupportedError(EngineError):
    """An express state machine is asked for what standard ones do only."""


class StateMachineAlreadyExistsError(EngineError):
    """The name is taken by a state machine of another content."""


class ResourceNotFoundError(EngineError):
    """No version or alias of a state machine has this name."""


class ConflictError(EngineError):
    """A version or an alias that is in the way of a change."""


class ServiceQuotaExceededError(EngineError):
    """More versions or aliases than a state machine may have."""


class ExecutionDoesNotExistError(EngineError):
    """No execution has this name."""


class ExecutionAlreadyExistsError(EngineError):
    """The name is taken by an execution that ended, or that has another input."""


class ExecutionNotRedrivableError(EngineError):
    """The execution cannot be redriven; the message tells why."""


class InvalidExecutionInputError(EngineError):
    """The input is no JSON text, or larger than 256 KiB."""


class ActivityDoesNotExistError(EngineError):
    """No activity has this name."""


class ActivityAlreadyExistsError(EngineError):
    """The name is taken by an activity of other settings."""


class MockConfigError(EngineError):
    """The mock file cannot be read, or is none."""


class InvalidTokenError(EngineError):
    """A task token that the engine never gave out."""


class TaskDoesNotExistError(EngineError):
    """The task of a token is not known."""


class TaskTimedOutError(EngineError):
    """The task of a token is over: answered, timed out, or given up."""


class InvalidOutputError(EngineError):
    """The output of a task is no JSON text, or larger than 256 KiB."""


class InvalidNameError(EngineError):
    """A name that Step Functions does not allow."""


class StoreError(EngineError):
    """The database cannot be opened or used."""
