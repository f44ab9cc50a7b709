"""What plugins say of themselves: the plugin.rb header, .discourse-compatibility, and lists to
import.
"""
