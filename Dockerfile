# The lab with its digits and its gallery: `docker run -p 8501:8501 latent-lab` needs no network.
ARG BASE_IMAGE=python:3.11-slim
FROM ${BASE_IMAGE}

RUN groupadd --gid 10001 lab \
 && useradd --uid 10001 --gid lab --no-create-home --home-dir /tmp --shell /usr/sbin/nologin lab \
 && install -d -o lab -g lab /runs
WORKDIR /app

# The packages are a layer of their own: a change of the lab's code does not install them again.
# A further package index, such as the one of PyTorch's small CPU build; pip reads the variable.
ARG PIP_EXTRA_INDEX_URL=""
COPY requirements.txt requirements.lock ./
# All but PyTorch is checked against hashes; of that either build may be wanted, see scripts/lock.py.
RUN pip install --no-cache-dir --require-hashes -r requirements.lock \
 && pip install --no-cache-dir -r requirements.txt

COPY . .
# What a read-only container could not write: the digits unpacked, the loops and modules compiled.
RUN python -c "from core.data.shipped import unpack_all; unpack_all()" \
 && python -m core.tsne.warm_up \
 && python -m compileall -q streamlit_app.py lab.py app core models

# HOME and the name of the user: libraries put caches there and ask for it, also where --user names
# a user that the image does not know. MALLOC_ARENA_MAX: see scripts/start.py.
ENV PYTHONUNBUFFERED=1 \
    MALLOC_ARENA_MAX=2 \
    HOME=/tmp \
    LOGNAME=lab \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 \
    STREAMLIT_SERVER_PORT=8501 \
    STREAMLIT_LOGGER_LEVEL=warning \
    LATENT_LAB_RUNS=/runs \
    LATENT_LAB_LOGS=json
USER 10001:10001
VOLUME ["/runs"]
EXPOSE 8501
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4).read()"]
CMD ["streamlit", "run", "streamlit_app.py"]
