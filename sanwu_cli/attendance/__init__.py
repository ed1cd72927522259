"""Attendance (六(三), 四4-9): sign-ins held against expected duties, and the steps that follow; all pure."""
