"""Record your own PyTorch loop as a run of the lab.

    with record("my autoencoder", model=net, settings={"lr": 0.01}) as run:
        for epoch in range(50):
            ...
            run.epoch(train={"loss": ...}, encode=net.encoder, decode=net.decoder)

docs/own-code.md is the guide.
"""

from core.recorder.begin import record
from core.recorder.recording import Recording

__all__ = ["Recording", "record"]
