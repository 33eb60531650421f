"""A Jupyter server of our own: started, asked, and stopped as Ctrl-C does."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request


class Server:
    """`with Server(command, log)`: the command gets --port, the token comes by the environment."""

    def __init__(self, command, log, ready_seconds=120, cwd=None):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.token = secrets.token_hex(16)
        self.command = [*map(str, command), "--port", str(self.port)]
        self.log = log
        self.ready_seconds = ready_seconds
        self.cwd = cwd

    def __enter__(self):
        environment = dict(os.environ, JUPYTER_TOKEN=self.token)
        # Jupyter handles Ctrl-C itself only when its input is a terminal.
        self.terminal, stdin = os.openpty()
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                self.command, stdin=stdin, stdout=log, stderr=log, env=environment, cwd=self.cwd, start_new_session=True
            )
        os.close(stdin)
        try:
            self.wait_until_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
        os.close(self.terminal)

    def wait_until_ready(self):
        end = time.monotonic() + self.ready_seconds
        while True:
            assert self.process.poll() is None, f"{self.command[0]} ended: {self.log.read_text()[-800:]}"
            try:
                return self.ask("api/status")
            except (urllib.error.URLError, ConnectionError):
                assert time.monotonic() < end, f"no answer after {self.ready_seconds} s: {self.log.read_text()[-800:]}"
                time.sleep(0.3)

    def ask(self, path, method="GET"):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/{path}", method=method)
        request.add_header("Authorization", f"token {self.token}")
        with urllib.request.urlopen(request, timeout=60) as reply:
            body = reply.read()
        return json.loads(body) if body else None

    def end_sessions(self):
        """Shuts all kernels down, so that the next page starts a fresh one."""
        for session in self.ask("api/sessions"):
            self.ask(f"api/sessions/{session['id']}", method="DELETE")

    def stop(self):
        """Ctrl-C; gives the exit status, or None if the server had to be killed."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
                return None
        return self.process.returncode


def lab_command(folder):
    """JupyterLab on a folder, with nothing that asks the network."""
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", "--ServerApp.port_retries=0"]
    command += [f"--ServerApp.root_dir={folder}", "--ServerApp.answer_yes=True", "--LabApp.expose_app_in_browser=True"]
    command += ["--ServerApp.disable_check_xsrf=True"]
    return command + (["--allow-root"] if os.geteuid() == 0 else [])
