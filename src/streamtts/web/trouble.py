"""Why there is no whole answer, in words for the user."""

import socket
import ssl
from http.client import IncompleteRead


class PostError(Exception):
    """The message is a sentence of which the server is the subject, without its name and its full stop."""


class ConnectionLost(PostError):  # noqa: N818 - it is what happened
    """The next attempt may go better."""


_LOST = (ssl.SSLEOFError, ssl.SSLZeroReturnError, IncompleteRead)
_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (socket.gaierror, "cannot be found: check its name, and whether the network is there"),
    (
        ssl.SSLCertVerificationError,
        "has a certificate that is not trusted: check its name, or set SSL_CERT_FILE",
    ),
    (ssl.SSLError, "does not speak TLS as it should: check whether its address should begin with http"),
    (ConnectionRefusedError, "takes no connections: check whether it is running"),
    (TimeoutError, "did not answer in time: check whether it is overloaded"),
    (OSError, "cannot be reached: check the network, and its address"),
    (Exception, "does not speak HTTP as it should: check its address"),
)


def reason_of(problem: Exception) -> PostError:
    if isinstance(problem, PostError):
        return problem
    refused = isinstance(problem, ConnectionRefusedError)
    if isinstance(problem, _LOST) or (isinstance(problem, ConnectionError) and not refused):
        return ConnectionLost("closed the connection in the middle")
    return PostError(next(words for kind, words in _WORDS if isinstance(problem, kind)))
