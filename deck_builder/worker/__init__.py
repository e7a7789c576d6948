"""The program inside the wall. Standard library, torch and matplotlib only; nothing else of ours."""
