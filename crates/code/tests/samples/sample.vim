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

if exists('g:loaded_diary') || &compatible
  finish
endif
let g:loaded_diary = 1
let s:pages = {'today': 1, 'old': []}
const s:LIMIT = 12
set nocompatible expandtab
source ~/.vim/diary-colours.vim

augroup diary
  autocmd!
  autocmd BufNewFile *.diary call s:stamp()
augroup END

nnoremap <silent> <leader>d :Diary<CR>
command! -bang -complete=file -nargs=? DiaryFind call diary#find(<q-args>, <bang>0)

" Finds a page by a word of it.
function! diary#find(word, ...) abort range
  let l:all = get(a:, 1, 0)
  for page in split(glob(g:diary_folder . '/*'), "\n")
    if page =~# a:word
      call add(s:pages.old, page)
    elseif l:all
      continue
    endif
  endfor
  try
    execute 'edit' page
  catch /^Vim\%((\a\+)\)\=:E37/
    echoerr v:exception
  endtry
  let Inner = {page -> page . '.diary'}
  return map(copy(s:pages.old), 'Inner(v:val)')
endfunction

function s:Page.turn() dict
  let self.number += 1
endfunction

def g:Count(pages: list<string>): number
  var total = 0
  return total
enddef

highlight DiaryDate ctermfg=green
syntax match DiaryDate /^\d\+/
