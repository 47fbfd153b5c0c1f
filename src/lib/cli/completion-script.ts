/** The shells that completion is made for. */
export const SHELLS = ['bash', 'zsh'] as const;

/** One of {@link SHELLS}. */
export type Shell = (typeof SHELLS)[number];

/** How a shell is told of a completion script, in a line that can be pasted. */
export const INSTALL: Readonly<Record<Shell, string>> = {
  bash: `echo 'eval "$(unde completion bash)"' >> ~/.bashrc`,
  zsh: `echo 'eval "$(unde completion zsh)"' >> ~/.zshrc`,
};

/**
 * The script that a shell evaluates once. It knows nothing by itself: each press of TAB asks `unde __complete`, so that
 * hosts, services, contexts and new commands are always those of now.
 */
export function completionScript(shell: Shell): string {
  return shell === 'bash' ? BASH : ZSH;
}

// The words are cut at blanks here, not by bash: bash also breaks at : and @, which selectors and contexts contain.
const BASH = `# Completion of unde for bash. Install: ${INSTALL.bash}
_unde() {
  local line=\${COMP_LINE:0:COMP_POINT} current head value
  local -a words
  read -ra words <<<"$line"
  [[ $line == *[[:blank:]] ]] && words+=('')
  current=\${words[\${#words[@]}-1]}
  # Readline replaces only what follows the last of its own word breaks; what stands before it is taken off.
  head=\${current%"\${current##*["$COMP_WORDBREAKS"]}"}
  COMPREPLY=()
  while IFS=$'\\t' read -r value _; do
    COMPREPLY+=("\${value#"$head"}")
  done < <("$1" __complete "\${words[@]:1}" 2>/dev/null)
  # A value behind = may be followed by more of the same word.
  [[ \${#COMPREPLY[@]} == 1 && \${COMPREPLY[0]} == *[=:,+] ]] && compopt -o nospace 2>/dev/null
  return 0
}
complete -o default -F _unde unde
`;

const ZSH = `#compdef unde
# Completion of unde for zsh. Install: ${INSTALL.zsh}
_unde() {
  local -a values shown
  local value description
  while IFS=$'\\t' read -r value description; do
    values+=("$value")
    if [[ -n $description ]]; then shown+=("$value  -- $description"); else shown+=("$value"); fi
  done < <("\${words[1]}" __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#values} )); then compadd -l -d shown -a values; else _files; fi
}
if (( ! \${+functions[compdef]} )); then autoload -Uz compinit && compinit; fi
compdef _unde unde
`;
