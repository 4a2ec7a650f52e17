"""A small site that a call can take down and up again, so that there is something to watch."""

from coworks import BadRequestError, Response, TechMicroService


class Website(TechMicroService):
    """`GET /website` is the page; `PUT /website/state/down` takes it down, `.../up` brings it back."""

    public = True

    def __init__(self) -> None:
        self.up = True

    def get(self) -> Response:
        """The page, as long as the site is up."""
        page = "<h1>Welcome</h1>" if self.up else "<h1>Down for maintenance</h1>"
        return Response(page, 200 if self.up else 503, {"Content-Type": "text/html; charset=utf-8"})

    def put_state(self, state: str) -> dict[str, str]:
        """Take the site up or down."""
        if state not in {"up", "down"}:
            raise BadRequestError(f"the state must be up or down, not {state}")
        self.up = state == "up"
        return {"state": state}


app = Website()
