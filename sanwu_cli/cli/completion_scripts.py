"""The completion scripts: static text for four shells; nothing of Python runs at the tab key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.cli.completion_tree import CACHE, CACHED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sanwu_cli.cli.completion_tree import Node, Tree

# bash and zsh: after the words so far `expect` is what an option waits for, `path` the command, `count` the
# arguments it already has.
_WALK = r"""
  while (( i < last )); do
    word="@WORD@"; (( i++ ))
    if [[ "$word" == "=" ]]; then continue; fi
    if [[ -n "$expect" ]]; then
      if [[ "$expect" == folder && "$before" == (-w|--workspace) ]]; then place="$word"; fi
      expect=; continue
    fi
    case "$word" in
      --*=*) [[ "$word" == --workspace=* ]] && place="${word#*=}" ;;
      -*) _sanwu_takes "$path" "$word"; before="$word" ;;
      *) if _sanwu_is_command "${path:+$path }$word"; then path="${path:+$path }$word"; count=0
         else (( count++ )); fi ;;
    esac
  done
  if [[ "$cur" == --*=* ]]; then _sanwu_takes "$path" "${cur%%=*}"; cur="${cur#*=}"; fi
  pool=()
  if [[ -n "$expect" ]]; then _sanwu_values "$expect"
  elif [[ "$cur" == -* ]]; then _sanwu_options "$path"
  else _sanwu_arguments "$path" "$count"; fi
"""

_SH_CACHE = r"""
_sanwu_cached() {
  local folder="${place:-${SANWU_WORKSPACE:-$PWD}}" kind text
  while [[ -n "$folder" && ! -f "$folder/sanwu.toml" ]]; do folder="${folder%/*}"; done
  [[ -r "$folder/@CACHE@" ]] || return 0
  while IFS=$'\t' read -r kind text; do
    if [[ "$kind" == "$1" ]]; then pool+=("$text"); fi
  done < "$folder/@CACHE@"
}
""".replace("@CACHE@", CACHE)


def render_script(shell: str, tree: Tree) -> str:
    """Write the script of a shell: bash, zsh, fish or powershell."""
    render: dict[str, Callable[[Tree], str]] = {
        "bash": _render_bash,
        "zsh": _render_zsh,
        "fish": _render_fish,
        "powershell": _render_powershell,
    }
    return render[shell](tree)


def _quote(words: Iterable[str]) -> str:
    return " ".join(f"'{word}'" for word in words)


def _pattern(*parts: str) -> str:
    return "|".join(f"'{part}'" for part in parts)


def _group_options(nodes: Iterable[Node]) -> Mapping[str, list[str]]:
    """Map what is taken to `path option` of every option that takes it."""
    found: dict[str, list[str]] = {}
    for node in nodes:
        for option, kind in node.options.items():
            if kind:
                found.setdefault(kind, []).append(f"{node.path} {option}".strip())
    return found


def _sh_functions(tree: Tree) -> str:
    """Write the tables both shells share, as case statements."""
    takes = [
        f"    {_pattern(*keys)}) expect='{kind}' ;;" for kind, keys in _group_options(tree.nodes).items()
    ]
    paths = [node.path for node in tree.nodes if node.path]
    options = [f"    '{node.path}') pool=({_quote(node.options)}) ;;" for node in tree.nodes]
    arguments = [f"    '{n.path} '[0-9]) pool=({_quote(n.children)}) ;;" for n in tree.nodes if n.children]
    for node in tree.nodes:
        for at, kind in enumerate(node.arguments):
            where = "*" if at == len(node.arguments) - 1 else str(at)
            arguments.append(f"    '{node.path} '{where}) _sanwu_values '{kind}' ;;")
    values = [f"    {kind}) pool=({_quote(words)}) ;;" for kind, words in tree.words.items()]
    values += [f'    {"|".join(CACHED)}) _sanwu_cached "$1" ;;']
    bars = sorted({kind for node in tree.nodes for kind in node.options.values() if "|" in kind})
    values += [f"    '{kind}') pool=({_quote(kind.split('|'))}) ;;" for kind in bars]
    tables = (
        ("takes", '"${1:+$1 }$2"', [*takes]),
        ("is_command", '"$1"', [f"    {_pattern(*paths)}) return 0 ;;", "    *) return 1 ;;"]),
        ("options", '"$1"', options),
        ("arguments", '"$1 $2"', arguments),
        ("values", '"$1"', [*values, "    file|folder) files=$1 ;;"]),
    )
    return "\n".join(
        "\n".join([f"_sanwu_{name}() {{", f"  case {what} in", *lines, "  esac", "}"])
        for name, what, lines in tables
    )


def _render_bash(tree: Tree) -> str:
    walk = _WALK.replace("@WORD@", "${COMP_WORDS[i]}").replace(
        '"$before" == (-w|--workspace)', '( "$before" == -w || "$before" == --workspace )'
    )
    return f"""# sanwu 的 bash 补全；放进 ~/.bashrc：source <(sanwu completion bash)，或存进 bash-completion 的目录
{_sh_functions(tree)}
{_SH_CACHE}
_sanwu() {{
  local cur="${{COMP_WORDS[COMP_CWORD]}}" path= expect= before= place= files= word text
  local -i i=1 count=0 last=COMP_CWORD
  local -a pool
  if [[ "$cur" == "=" ]]; then cur=; fi
{walk}
  COMPREPLY=()
  if [[ -n "$files" ]]; then
    if [[ "$files" == folder ]]; then compopt -o dirnames 2>/dev/null
    else compopt -o default 2>/dev/null; fi
    return 0
  fi
  for text in "${{pool[@]}}"; do
    if [[ "$text" == "$cur"* ]]; then
      if [[ "$text" == *[[:space:]\\(\\)\\&\\;\\|\\'\\"]* ]]; then printf -v text %q "$text"; fi
      COMPREPLY+=("$text")
    fi
  done
  return 0
}}
complete -F _sanwu sanwu
"""


def _render_zsh(tree: Tree) -> str:
    walk = _WALK.replace("@WORD@", "${words[i]}")
    return f"""#compdef sanwu
# sanwu 的 zsh 补全；存成 $fpath 里的 _sanwu，或在 compinit 之后：source <(sanwu completion zsh)
{_sh_functions(tree)}
{_SH_CACHE}
_sanwu() {{
  local cur="${{words[CURRENT]}}" path_= expect= before= place= files= word
  local -i i=2 count=0 last=CURRENT
  local -a pool
{walk.replace("$path", "$path_").replace("{path:+", "{path_:+").replace(" path=", " path_=")}
  if [[ "$files" == folder ]]; then _files -/; return; fi
  if [[ -n "$files" ]]; then _files; return; fi
  if [[ "${{words[CURRENT]}}" == --*=* ]]; then compset -P '*='; fi
  compadd -- "${{pool[@]}}"
}}
if [[ "${{funcstack[1]}}" == _sanwu ]]; then _sanwu "$@"; else compdef _sanwu sanwu; fi
"""


def _render_fish(tree: Tree) -> str:
    takes = [
        f"        case {_quote(keys)}\n            echo '{kind}'"
        for kind, keys in _group_options(tree.nodes).items()
    ]
    options = [f"        case '{n.path}'\n            printf '%s\\n' {_quote(n.options)}" for n in tree.nodes]
    arguments = [
        f"        case '{n.path} 0'\n            printf '%s\\n' {_quote(n.children)}"
        for n in tree.nodes
        if n.children
    ]
    for node in tree.nodes:
        for at, kind in enumerate(node.arguments):
            where = "*" if at == len(node.arguments) - 1 else str(at)
            arguments.append(
                f"        case '{node.path} {where}'\n            __sanwu_values '{kind}' $argv[3]"
            )
    bars = sorted({kind for node in tree.nodes for kind in node.options.values() if "|" in kind})
    words = {**tree.words, **{kind: tuple(kind.split("|")) for kind in bars}}
    values = [
        f"        case '{kind}'\n            printf '%s\\n' {_quote(some)}" for kind, some in words.items()
    ]
    paths = _quote(node.path for node in tree.nodes if node.path)
    return f"""# sanwu 的 fish 补全；存成 ~/.config/fish/completions/sanwu.fish
function __sanwu_takes
    switch (string trim -- "$argv[1] $argv[2]")
{chr(10).join(takes)}
    end
end
function __sanwu_options
    switch $argv[1]
{chr(10).join(options)}
    end
end
function __sanwu_arguments
    switch "$argv[1] $argv[2]"
{chr(10).join(arguments)}
    end
end
function __sanwu_values
    switch $argv[1]
{chr(10).join(values)}
        case {_quote(CACHED)}
            __sanwu_cached $argv[1] $argv[2]
        case file
            __fish_complete_path
        case folder
            __fish_complete_directories
    end
end
function __sanwu_cached
    set -l folder $PWD
    if set -q SANWU_WORKSPACE
        set folder $SANWU_WORKSPACE
    end
    if test -n "$argv[2]"
        set folder $argv[2]
    end
    while test -n "$folder"; and not test -f "$folder/sanwu.toml"
        set folder (string replace -r '/?[^/]*$' '' -- $folder)
    end
    if test -r "$folder/{CACHE}"
        string replace -f -r "^$argv[1]\\t" '' < "$folder/{CACHE}"
    end
end
function __sanwu_complete
    set -l words (commandline -opc) ; set -e words[1]
    set -l cur (commandline -ct)
    set -l path '' ; set -l expect '' ; set -l before '' ; set -l place '' ; set -l count 0
    set -l paths {paths}
    for word in $words
        if test -n "$expect"
            if contains -- $before -w --workspace
                set place $word
            end
            set expect ''
        else if string match -q -- '-*=*' $word
            continue
        else if string match -q -- '-*' $word
            set expect (__sanwu_takes "$path" $word) ; set before $word
        else if contains -- (string trim -- "$path $word") $paths
            set path (string trim -- "$path $word") ; set count 0
        else
            set count (math $count + 1)
        end
    end
    if test -n "$expect"
        __sanwu_values $expect $place
    else if string match -q -- '-*=*' $cur
        set -l option (string split -m1 = -- $cur)[1]
        for value in (__sanwu_values (__sanwu_takes "$path" $option) $place)
            echo "$option=$value"
        end
    else if string match -q -- '-*' $cur
        __sanwu_options "$path"
    else
        __sanwu_arguments "$path" $count $place
    end
end
complete -c sanwu -f -a '(__sanwu_complete)'
"""


def _render_powershell(tree: Tree) -> str:
    def table(rows: Mapping[str, Iterable[str]]) -> str:
        return "\n".join(
            f"    '{key}' = @({', '.join(f'{chr(39)}{w}{chr(39)}' for w in words)})"
            for key, words in rows.items()
        )

    takes = {key: [kind] for kind, keys in _group_options(tree.nodes).items() for key in keys}
    bars = sorted({kind for node in tree.nodes for kind in node.options.values() if "|" in kind})
    words = {**tree.words, **{kind: tuple(kind.split("|")) for kind in bars}}
    return f"""# sanwu 的 PowerShell 补全；放进 $PROFILE：sanwu completion powershell | Out-String | Invoke-Expression
$script:SanwuTakes = @{{
{table(takes)}
}}
$script:SanwuOptions = @{{
{table({node.path: node.options for node in tree.nodes})}
}}
$script:SanwuChildren = @{{
{table({node.path: node.children for node in tree.nodes})}
}}
$script:SanwuArguments = @{{
{table({node.path: node.arguments for node in tree.nodes if node.arguments})}
}}
$script:SanwuWords = @{{
{table(words)}
}}
function script:Get-SanwuValues([string]$kind, [string]$place) {{
    if ($script:SanwuWords.ContainsKey($kind)) {{ return $script:SanwuWords[$kind] }}
    if ($kind -notin @({", ".join(f"'{kind}'" for kind in CACHED)})) {{ return @() }}
    $folder = if ($place) {{ $place }} elseif ($env:SANWU_WORKSPACE) {{ $env:SANWU_WORKSPACE }} else {{ (Get-Location).Path }}
    while ($folder -and -not (Test-Path -LiteralPath (Join-Path $folder 'sanwu.toml'))) {{ $folder = Split-Path $folder -Parent }}
    if (-not $folder) {{ return @() }}
    $file = Join-Path $folder '{CACHE}'
    if (-not (Test-Path -LiteralPath $file)) {{ return @() }}
    foreach ($line in [IO.File]::ReadAllLines($file)) {{
        $parts = $line.Split("`t", 2)
        if ($parts.Length -eq 2 -and $parts[0] -eq $kind) {{ $parts[1] }}
    }}
}}
Register-ArgumentCompleter -Native -CommandName sanwu -ScriptBlock {{
    param($wordToComplete, $commandAst, $cursorPosition)
    $path = ''; $expect = ''; $before = ''; $place = ''; $count = 0
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 | Where-Object {{ $_.Extent.EndOffset -lt $cursorPosition }} | ForEach-Object {{ "$_" }})
    foreach ($word in $words) {{
        if ($expect) {{ if ($before -in @('-w', '--workspace')) {{ $place = $word }}; $expect = ''; continue }}
        if ($word -like '-*=*') {{ continue }}
        $key = "$path $word".Trim()
        if ($word -like '-*') {{ $expect = [string]$script:SanwuTakes[$key]; $before = $word }}
        elseif ($script:SanwuOptions.ContainsKey($key)) {{ $path = $key; $count = 0 }}
        else {{ $count++ }}
    }}
    $pool = if ($expect) {{ Get-SanwuValues $expect $place }}
    elseif ($wordToComplete -like '-*') {{ $script:SanwuOptions[$path] }}
    elseif ($script:SanwuChildren[$path].Count) {{ $script:SanwuChildren[$path] }}
    elseif ($script:SanwuArguments.ContainsKey($path)) {{
        $kinds = $script:SanwuArguments[$path]
        Get-SanwuValues $kinds[[Math]::Min($count, $kinds.Count - 1)] $place
    }}
    $pool | Where-Object {{ $_ -and $_.StartsWith($wordToComplete) }} | ForEach-Object {{
        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }}
}}
"""
