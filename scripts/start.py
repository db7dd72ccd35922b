"""Start the lab's server, or say in one sentence why it cannot start.

PORT (8501) and ADDRESS (this computer only; 0.0.0.0 opens it to the network) come from the
environment. Runs with the Python of .venv and the standard library alone.
"""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
import sys
from pathlib import Path

_REPOSITORY = Path(__file__).resolve().parents[1]
_EVERYWHERE = "0.0.0.0"


class StartError(Exception):
    """The server cannot start; the message says why and what to do."""


def read_port(text: str) -> int:
    """Return the port that PORT names.

    Raises:
        StartError: not a port number.
    """
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise StartError(f"PORT (={text}) must be a number from 1 to 65535, such as 8501.")
    return int(text)


def check_free(address: str, port: int) -> None:
    """Check that the server can get its address and port.

    Raises:
        StartError: something else listens there, or this computer does not give it.
    """
    taken = StartError(
        f"Port {port} is taken, perhaps by a lab that already runs at http://localhost:{port}; "
        f"take another one with: PORT={port + 1 if port < 65535 else 8501} make app"
    )
    try:
        # What answers on localhost answers first, even where the bind below would succeed: on
        # IPv6, or on macOS where 127.0.0.1 and 0.0.0.0 can be bound by different programs.
        socket.create_connection(("localhost", port), timeout=1).close()
    except OSError:
        pass
    else:
        raise taken
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise taken from None
            if error.errno == errno.EACCES:
                raise StartError(
                    f"Port {port} is kept for the system; take one from 1024 on: PORT=8501 make app"
                ) from None
            raise StartError(
                f"ADDRESS (={address}) is not an address of this computer; leave it out, "
                f"or open the lab to the network with: ADDRESS={_EVERYWHERE} make app"
            ) from None


def network_name() -> str:
    """Return how other computers reach this one: its outgoing address, else its host name."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # A datagram socket sends nothing on connect; it only picks the outgoing address.
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return socket.gethostname()


def is_loopback(address: str) -> bool:
    """Return whether nobody but the user of this computer reaches the lab at this address."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def announcement(address: str, port: int) -> str:
    """Return the line that says at which address the lab is."""
    where = f"http://localhost:{port}"
    if address == _EVERYWHERE:
        where += f" (for the class: http://{network_name()}:{port})"
    elif address not in ("localhost", "127.0.0.1"):
        where = f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"
    return f"Latent Lab opens at {where} in a few seconds; Ctrl+C stops it."


def allowed_names(address: str) -> dict[str, str]:
    """Return the variable that names where the lab answers, with this address besides others.

    Without it, a page would be refused under the very name that the lab has announced.
    """
    known = os.environ.get("LATENT_LAB_HOSTS", "")
    return {"LATENT_LAB_HOSTS": f"{known},{address}" if known else address}


def main() -> None:
    """Check the address, announce it, and replace this process by the server."""
    address = os.environ.get("ADDRESS") or "localhost"
    try:
        port = read_port(os.environ.get("PORT") or "8501")
        check_free(address, port)
    except StartError as error:
        sys.exit(str(error))
    print(announcement(address, port), flush=True)
    os.chdir(_REPOSITORY)
    options = {
        "--server.port": str(port),
        "--server.address": address,
        # Our own line says it; Streamlit's would look up the address by which the world sees us.
        "--logger.hideWelcomeMessage": "true",
    }
    arguments = [f"{name}={value}" for name, value in options.items()]
    # With an arena for each of Streamlit's many short threads, glibc would hold on to hundreds of
    # megabytes of freed memory, more every minute (bench/results/load.md).
    environment = {
        "MALLOC_ARENA_MAX": "2",
        # All runs are those of the only user: see app/server/alone.py.
        "LATENT_LAB_ALONE": str(int(is_loopback(address))),
        **os.environ,
        **allowed_names(address),
    }
    os.execve(
        sys.executable,
        [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", *arguments],
        environment,
    )


if __name__ == "__main__":
    main()
