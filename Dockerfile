# The console and the API, run by a user without rights. Build it from a checkout: docker build -t pumasi .
FROM python:3.12-slim

RUN useradd --create-home --uid 10001 pumasi && install -d -o pumasi -g pumasi /opt/pumasi /var/lib/pumasi
USER pumasi
WORKDIR /opt/pumasi
COPY --chown=pumasi:pumasi . .
RUN python tools/install.py

ENV PATH=/opt/pumasi/.venv/bin:$PATH PUMASI_HOME=/var/lib/pumasi PYTHONUNBUFFERED=1
VOLUME /var/lib/pumasi
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=6s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=5)"]
CMD ["pumasi", "serve", "--host", "0.0.0.0", "--port", "8000"]
