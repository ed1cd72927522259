@echo off
rem Finds a Python this archive has packages for and hands over to "%~dp0install.py".
rem Not run on a real Windows machine yet. ASCII only: the console may have any code page.
for %%v in (3.13 3.12 3.11) do (
  py -%%v -c "pass" >nul 2>nul && (
    py -%%v "%~dp0install.py" %*
    goto done
  )
)
python -c "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))" >nul 2>nul && (
  python "%~dp0install.py" %*
  goto done
)
echo Python 3.11, 3.12 or 3.13 (64 bit) was not found. Please install it first.
exit /b 1
:done
set status=%errorlevel%
if "%~1"=="" pause
exit /b %status%
