"""Runs a program in a pseudo terminal: `ptyDriver.py <program> <argument>…`.

Takes one JSON object per line: {"type": text}, {"signal": name}, {"size": [columns, lines]}, {"modes": true}.
Writes one JSON object per line: {"output": text}, {"modes": {…}}, and at last {"exit": code, "modes": {…}}.
"""
import fcntl, json, os, pty, select, signal, struct, subprocess, sys, termios

controller, terminal = pty.openpty()


def resize(columns, lines):
    fcntl.ioctl(controller, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))


def modes():
    local = termios.tcgetattr(terminal)[3]
    return {"canonical": bool(local & termios.ICANON), "echo": bool(local & termios.ECHO), "signals": bool(local & termios.ISIG)}


def tell(message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def take_terminal():
    os.setsid()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)


resize(100, 30)
child = subprocess.Popen(sys.argv[1:], stdin=terminal, stdout=terminal, stderr=terminal, preexec_fn=take_terminal)
os.set_blocking(0, False)
commands = b""
sources = [controller, 0]
while True:
    ready, _, _ = select.select(sources, [], [], 0.05)
    if controller in ready:
        tell({"output": os.read(controller, 65536).decode("utf8", "replace")})
    if 0 in ready:
        data = os.read(0, 65536)
        if data == b"":
            sources.remove(0)
        commands += data
        while b"\n" in commands:
            line, commands = commands.split(b"\n", 1)
            command = json.loads(line)
            if "type" in command:
                os.write(controller, command["type"].encode())
            if "signal" in command:
                os.kill(child.pid, getattr(signal, command["signal"]))
            if "size" in command:
                resize(*command["size"])
                os.kill(child.pid, signal.SIGWINCH)
            if "modes" in command:
                tell({"modes": modes()})
    if not ready and child.poll() is not None:
        tell({"exit": child.returncode, "modes": modes()})
        break
