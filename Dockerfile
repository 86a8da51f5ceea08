# The app with everything it needs to read documents, scans included. Models that answer are mounted, not baked in.
FROM python:3.12-slim-bookworm

RUN apt-get update \
 && apt-get install --yes --no-install-recommends tesseract-ocr tesseract-ocr-spa tesseract-ocr-por \
 && rm -rf /var/lib/apt/lists/*

RUN useradd --create-home --uid 1000 latam-rag
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY latam_rag latam_rag
COPY connectors connectors
COPY apps apps
COPY indexes indexes
RUN pip install --no-cache-dir ".[app]"

USER latam-rag
WORKDIR /data
ENV LATAM_RAG_HOME=/data \
    PYTHONUNBUFFERED=1

# The embedding model is made ready now, so that a machine without a network starts at once.
RUN python -c "from latam_rag import config, embed; embed.load(config.Embedding()).query('listo')"

EXPOSE 8501
# In a container the app has to listen on the container's own network; what of it the world sees is docker-compose.yml's say.
CMD ["python", "-c", "import os; from latam_rag.apps import launch; c = launch.command(8501, '0.0.0.0'); os.execv(c[0], c)"]
