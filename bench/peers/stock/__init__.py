"""The same county page as most would write it: Streamlit, pandas, Altair, stock settings."""
