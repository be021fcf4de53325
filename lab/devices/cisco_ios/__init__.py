"""The ``cisco_ios`` dialect: configuration grammar, shell, show commands and files of one emulated device."""
