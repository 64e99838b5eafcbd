"""Completion of `yima` in shells."""

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print what completes `yima` in your shell.

    \b
    Examples:
      eval "$(yima completion bash)"                               # in ~/.bashrc
      yima completion zsh > ~/.zfunc/_yima                         # in a folder of $fpath
      yima completion fish > ~/.config/fish/completions/yima.fish
    """
    kind = get_completion_class(shell)
    assert kind is not None
    shell_completion = kind(context.find_root().command, {}, "yima", "_YIMA_COMPLETE")
    click.echo(shell_completion.source_template % shell_completion.source_vars())
