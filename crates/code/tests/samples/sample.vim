" Writes a diary.
runtime macros/matchit.vim

let g:diary_folder = '~/diary'

" Opens the page of today.
function! diary#open() abort
  let l:name = strftime('%Y-%m-%d')
  execute 'edit' g:diary_folder . '/' . l:name
endfunction

function! s:stamp()
  put =strftime('%H:%M')
endfunction

command! -nargs=0 Diary call diary#open()
