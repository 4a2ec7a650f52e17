"""Looks at a web address as a visitor would."""

import os
import time
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import urlopen

from coworks import BadRequestError, TechMicroService

TIMEOUT = 10


class Check(TechMicroService):
    """`GET /check/status?url=...` answers the status of an address and the time it took."""

    public = True

    def get_status(self, *, url: str) -> dict[str, object]:
        """Fetch a URL. A path such as /website is one of this system (`CWS_URL` is its address)."""
        address = urljoin(os.environ.get("CWS_URL", ""), url)
        if urlsplit(address).scheme not in {"http", "https"}:
            raise BadRequestError(f"{url} is no http address")
        started = time.perf_counter()
        status, reason = fetch(address)
        milliseconds = round((time.perf_counter() - started) * 1000, 1)
        return {"url": address, "status": status, "reason": reason, "milliseconds": milliseconds}


def fetch(address: str) -> tuple[int, str]:
    """The status and its reason; 0 when nobody answers."""
    try:
        with urlopen(address, timeout=TIMEOUT) as answer:
            return answer.status, answer.reason
    except HTTPError as error:
        with error:
            return error.code, error.reason
    except (URLError, OSError) as error:
        return 0, str(getattr(error, "reason", error))


app = Check()
