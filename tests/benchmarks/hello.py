"""A bare typer program: the peer of our own help pages."""

import typer

app = typer.Typer()


@app.command()
def hello(name: str = "world") -> None:
    """Say hello."""
    print(f"hello {name}")


@app.command()
def bye(name: str = "world") -> None:
    """Say good-bye."""
    print(f"bye {name}")


if __name__ == "__main__":
    app()
