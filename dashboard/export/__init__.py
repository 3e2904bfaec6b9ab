"""What leaves the screen: an exhibit as CSV, workbook, picture, slides, report, geodata, or embedded elsewhere."""
