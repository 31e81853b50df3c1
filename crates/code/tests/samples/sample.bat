@echo off
REM Prints the labels of a jam cellar.
setlocal
set JARS=12
set "CELLAR=%~dp0jam"

call common.bat
call :print_label plum 2024
goto :eof

:: Prints one label, of a fruit and a year.
:print_label
set FRUIT=%1
echo %FRUIT% of %2 >> "%CELLAR%\labels.txt"
exit /b 0

:boil-down
echo boils
goto :eof
