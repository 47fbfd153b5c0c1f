# shellcheck shell=bash
# Removes what a service no longer needs; prune-script.ts says what stays, and renders what it needs to know:
#   root (the folder of the product), state (of the service), service, kept (how many releases and deploys).

set -u
cd "$root" || exit 0
shopt -s nullglob
declare -A keep=() seen=()
current=
if [[ -L $state/current ]]; then
  current=$(readlink "$state/current")
  current=${current##*/}
  keep[$current]=1
fi
[[ -s $state/generation ]] && keep[$(<"$state/generation")]=1
if [[ -r $state/confirmed ]]; then
  mapfile -t lines <"$state/confirmed"
  good=
  for ((index = ${#lines[@]} - 1; index >= 0; index--)); do
    read -r generation release <<<"${lines[index]}"
    [[ -z ${seen[$release]:-} ]] || continue
    # The newest good release is kept however many bad ones came after it.
    if [[ -z $good && $release != "$current" && ! -e $state/bad/$release ]]; then
      good=$release
    elif ((${#seen[@]} >= kept)); then
      continue
    fi
    seen[$release]=1
    keep[$generation]=1
    keep[$release]=1
  done
fi
deploys=(deploys/????????-??????-????-"$service")
((${#deploys[@]})) && mapfile -t deploys < <(ls -1dt "${deploys[@]}")
for deploy in "${deploys[@]:0:kept}"; do
  release=
  generation=
  [[ -r $deploy/previous ]] && {
    read -r release
    read -r generation
  } <"$deploy/previous"
  [[ -z $generation ]] || keep[$generation]=1
  [[ -z $release || $deploy != "${deploys[0]}" ]] || keep[$release]=1
done
for deploy in "${deploys[@]:kept}"; do rm -rf "$deploy"; done
for folder in releases/"$service"/*/ "$state"/generations/*/; do
  folder=${folder%/}
  [[ ${keep[${folder##*/}]:-} ]] || rm -rf "$folder"
done
rm -rf incoming/????????-??????-????-"$service"
# By the time of the last change of the inode: a blob that was just brought may carry any other date.
find store -type f -links 1 -cmin +60 -delete 2>/dev/null
true
