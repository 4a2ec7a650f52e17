"""A small site that a call can take down and up again, so that there is something to watch."""

from typing import Literal

from coworks import Response, ServiceUnavailableError, TechMicroService


class Website(TechMicroService):
    """`GET /website` is the page; `PUT /website/state/down` takes it down, `.../up` brings it back."""

    public = True

    def __init__(self) -> None:
        self.up = True

    def get(self) -> Response:
        """The page, as long as the site is up; else a `ServiceUnavailableError`."""
        if not self.up:
            raise ServiceUnavailableError("down for maintenance")
        return Response("<h1>Welcome</h1>", headers={"Content-Type": "text/html; charset=utf-8"})

    def put_state(self, state: Literal["up", "down"]) -> dict[str, str]:
        """Take the site up or down."""
        self.up = state == "up"
        return {"state": state}


app = Website()
