"""Where the process begins: Ctrl-C is told nothing of the imports that it interrupts."""


def main() -> int:
    try:
        from streamtts import cli  # noqa: PLC0415 - here it can be interrupted quietly
    except KeyboardInterrupt:
        return 130
    return cli.main()
