"""The Streamlit app: one page per domain, over the indexes of this machine."""
