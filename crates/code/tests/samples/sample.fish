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
