#!/usr/bin/env fish
# Helps with the photo archive.

set -g archive ~/photos

source ./colours.fish

# Sorts the photos of a folder by year.
function sort_photos --argument-names folder
    for photo in $folder/*.jpg
        set -l year (date -r $photo +%Y)
        mkdir -p $archive/$year
        mv $photo $archive/$year
    end
end

function count_photos --description 'Counts all photos'
    count $archive/**.jpg
end

if status is-interactive
    abbr -a ph sort_photos
end

set -gx PHOTO_EDITOR darktable
set --universal photo_quality 90

function __photos_years --on-event fish_prompt
    set years (string match -r '[0-9]{4}' -- $archive/*)
    printf '%s\n' $years
end

complete -c sort_photos -s y -l year -xa '(__photos_years)'
alias photos 'cd $archive'

function backup_photos -a target -d 'Copies the archive' --wraps rsync
    argparse h/help 'n/dry-run' -- $argv
    or return

    if set -q _flag_help
        echo "backup_photos TARGET"
        return 0
    else if not test -d $target
        echo "no $target" >&2
        return 1
    end

    switch (uname)
        case Linux Darwin
            rsync -a $archive/ $target
        case '*'
            cp -r $archive $target
    end

    function __inner
        echo done
    end

    while true
        read -P 'again? ' answer; and break
    end
end

for name in thumbs edits
    mkdir -p $archive/$name
end
